/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KPP_RACES_H
#define _KPP_RACES_H

/* Tests that kpp_races() reports. */
#define KPP_RACES	4

/**
 * kpp_races() - use the algorithms from two threads on each CPU at once
 */
void kpp_races(void);

#endif

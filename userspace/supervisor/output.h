/* SPDX-License-Identifier: GPL-2.0 */
/* Standard output and error, which the helper is given, too. */
#ifndef PQIKE_OUTPUT_H
#define PQIKE_OUTPUT_H

/*
 * Have them opened to write only: of a terminal they are one that can be read, and what is
 * typed there is not for whoever takes over the helper.  To be called while privileged; a
 * failure is logged.
 */
void output_write_only(void);

#endif

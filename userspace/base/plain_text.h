/* SPDX-License-Identifier: GPL-2.0 */
/* Text of others, for a terminal or a log: what a terminal would obey is made visible. */
#ifndef PQIKE_PLAIN_TEXT_H
#define PQIKE_PLAIN_TEXT_H

/*
 * Have "?" stand for each octet of @text that is of a control character: those of ASCII, and
 * U+0080 to U+009F in UTF-8.
 */
void plain_text(char *text);

#endif

/* Text that JSON writes as it is: ASCII but control characters, quotes and backslashes. */
#ifndef HONKER_PLAIN_TEXT_H
#define HONKER_PLAIN_TEXT_H

/* Skips plain text, eight bytes at a time: up to seven that are left over may be plain, too. */
const char *skip_plain(const char *at, const char *end);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls that have no place here, turned into compile errors. Included on the command line of every
 * translation unit, so nobody can forget it; it takes the system headers first, then closes the door.
 */
#ifndef EXEAT_BASE_BANNED_H
#define EXEAT_BASE_BANNED_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXEAT_BANNED(name, instead) exeat_##name##_is_banned_use_##instead

#undef strcpy
#define strcpy(...) EXEAT_BANNED(strcpy, g_strlcpy)
#undef strcat
#define strcat(...) EXEAT_BANNED(strcat, GString)
#undef sprintf
#define sprintf(...) EXEAT_BANNED(sprintf, g_strdup_printf)
#undef vsprintf
#define vsprintf(...) EXEAT_BANNED(vsprintf, g_strdup_vprintf)
#undef strtok
#define strtok(...) EXEAT_BANNED(strtok, g_strsplit)
#undef atoi
#define atoi(...) EXEAT_BANNED(atoi, g_ascii_string_to_signed)
#undef gmtime
#define gmtime(...) EXEAT_BANNED(gmtime, GDateTime)
#undef localtime
#define localtime(...) EXEAT_BANNED(localtime, GDateTime)
#undef mktemp
#define mktemp(...) EXEAT_BANNED(mktemp, g_mkstemp_full)
#undef system
#define system(...) EXEAT_BANNED(system, g_spawn_sync)
#undef popen
#define popen(...) EXEAT_BANNED(popen, g_spawn_async_with_pipes)
#undef alloca
#define alloca(...) EXEAT_BANNED(alloca, g_malloc)

#endif

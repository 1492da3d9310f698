/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log. What is set once at start is read by every thread afterwards; a line is built on the stack's side and
 * written in one call, so lines of threads do not mix.
 */
#include "base/log.h"

#include <stdarg.h>
#include <syslog.h>
#include <unistd.h>

#define VALUE_BYTES 256

static struct {
    bool to_stderr;
    ExeatLogLevel level;
} log_settings = {true, EXEAT_LOG_INFO};

void
exeat_log_open(const char *program, bool to_stderr, ExeatLogLevel level)
{
    log_settings.to_stderr = to_stderr;
    log_settings.level = level;
    if (!to_stderr)
        openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

static bool
is_plain(const char *value)
{
    if (!*value)
        return false;
    for (const char *c = value; *c; c++)
        if (!g_ascii_isgraph(*c) || *c == '"' || *c == '\\' || *c == '=')
            return false;
    return true;
}

static void
append_value(GString *line, const char *value)
{
    if (is_plain(value)) {
        g_string_append_len(line, value, (gssize)strnlen(value, VALUE_BYTES));
        return;
    }
    g_string_append_c(line, '"');
    for (gsize i = 0; value[i] && i < VALUE_BYTES; i++) {
        if (value[i] == '"' || value[i] == '\\')
            g_string_append_printf(line, "\\%c", value[i]);
        else if (g_ascii_isprint(value[i]))
            g_string_append_c(line, value[i]);
        else
            g_string_append_printf(line, "\\x%02x", (guchar)value[i]);
    }
    g_string_append_c(line, '"');
}

static void
write_line(ExeatLogLevel level, const GString *line)
{
    static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
    if (!log_settings.to_stderr) {
        syslog(priorities[level], "%s", line->str);
        return;
    }
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *stamp = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *whole = g_strdup_printf("%s %s\n", stamp, line->str);
    ssize_t written = write(STDERR_FILENO, whole, strlen(whole));
    (void)written; /* a log that cannot be written has nobody to tell */
}

void
exeat_log(ExeatLogLevel level, const char *queue_id, const char *event, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (level > log_settings.level)
        return;
    g_autoptr(GString) line = g_string_new(NULL);
    if (queue_id) {
        g_string_append(line, "queue_id=");
        append_value(line, queue_id);
        g_string_append_c(line, ' ');
    }
    g_string_append_printf(line, "event=%s level=%s", event, names[level]);
    va_list arguments;
    va_start(arguments, event);
    for (const char *key; (key = va_arg(arguments, const char *)) != NULL;) {
        const char *value = va_arg(arguments, const char *);
        if (!value)
            continue;
        g_string_append_printf(line, " %s=", key);
        append_value(line, value);
    }
    va_end(arguments);
    write_line(level, line);
}

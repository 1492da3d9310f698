/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is wrong with a configuration, in the order in which it was found. Bounded. */
#include "base/config.h"

#include <string.h>

#define ERRORS_KEPT 200

struct ExeatConfigErrors {
    GPtrArray *list;
};

static void
config_error_free(gpointer data)
{
    ExeatConfigError *error = data;
    g_free(error->file);
    g_free(error->option);
    g_free(error->reason);
    g_free(error->remedy);
    g_free(error);
}

ExeatConfigErrors *
exeat_config_errors_new(void)
{
    ExeatConfigErrors *errors = g_new0(ExeatConfigErrors, 1);
    errors->list = g_ptr_array_new_with_free_func(config_error_free);
    return errors;
}

void
exeat_config_errors_free(ExeatConfigErrors *errors)
{
    if (!errors)
        return;
    g_ptr_array_unref(errors->list);
    g_free(errors);
}

guint
exeat_config_errors_count(const ExeatConfigErrors *errors)
{
    return errors->list->len;
}

const ExeatConfigError *
exeat_config_errors_get(const ExeatConfigErrors *errors, guint i)
{
    return g_ptr_array_index(errors->list, i);
}

void
exeat_config_errors_add(ExeatConfigErrors *errors, const ExeatConfigPlace *place, const char *option,
                        const char *remedy, const char *reason_format, ...)
{
    if (errors->list->len == ERRORS_KEPT)
        return;
    va_list arguments;
    va_start(arguments, reason_format);
    ExeatConfigError *error = g_new0(ExeatConfigError, 1);
    error->file = g_strdup(place->file);
    error->line = place->line;
    error->option = g_strdup(option);
    error->remedy = g_strdup(remedy);
    error->reason = g_strdup_vprintf(reason_format, arguments);
    va_end(arguments);
    g_ptr_array_add(errors->list, error);
}

static char
last_of(const char *text)
{
    return text[strlen(text) - 1];
}

char *
exeat_config_errors_to_text(const ExeatConfigErrors *errors)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < errors->list->len; i++) {
        const ExeatConfigError *error = exeat_config_errors_get(errors, i);
        g_string_append(text, error->file ? error->file : "configuration");
        if (error->line > 0)
            g_string_append_printf(text, ":%u", error->line);
        if (error->option)
            g_string_append_printf(text, ": %s", error->option);
        g_string_append_printf(text, ": %s.", error->reason);
        if (error->remedy && *error->remedy)
            g_string_append_printf(text, " %s%s", error->remedy, strchr("?.", last_of(error->remedy)) ? "" : ".");
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

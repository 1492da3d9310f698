/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads lists of addresses so that no mailbox is lost which some mail program would show: commas and semicolons
 * separate, display names have unquoted commas, dots and @, brackets and quotes are never closed, several addresses
 * stand side by side with spaces only. GMime's parser gives up on part of these and gives no positions, which hiding
 * recipients needs.
 *
 * Owns nothing, any thread. Hostile input; every character is looked at a bounded number of times.
 */
#include "message/address_list.h"

#include <stdbool.h>

#include "message/address-private.h"
#include "message/encoded_word.h"

#define WORDS_MAX 64     /* addresses in one entry that has no separators */
#define OPEN_COMMENTS 16 /* comments that never close; then a parenthesis is one more letter */

typedef struct List {
    const char *raw;
    gsize length;
    const char *hint;
    guint max;
    guint found;
    GPtrArray *entries;
    gsize last_quote; /* where the last '"' stands: an earlier one may be open */
    gsize last_paren; /* and the last ')' and '>' */
    gsize last_angle;
    guint open_comments;
    gsize pending; /* start of words without an address, G_MAXSIZE if there are none */
    bool nested;   /* reads what an encoded word held */
} List;

void
exeat_entry_free(ExeatEntry *entry)
{
    if (entry != NULL)
        exeat_address_free(entry->address);
    g_free(entry);
}

static bool
list_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

static GPtrArray *list_parse(const char *raw, gsize length, const char *hint, guint max, bool nested);

static void
list_trim(const List *list, gsize *start, gsize *end)
{
    while (*start < *end && list_is_space(list->raw[*start]))
        ++*start;
    while (*end > *start && list_is_space(list->raw[*end - 1]))
        --*end;
}

/* Behind the quoted string, comment, angle address or encoded word at @at, or one character on. */
static gsize
list_skip(List *list, gsize at)
{
    const char *raw = list->raw;
    gsize end = list->length;
    if (raw[at] == '"' && at < list->last_quote) {
        for (gsize c = at + 1; c < end; c++) {
            if (raw[c] == '\\' && c + 1 < end)
                c++;
            else if (raw[c] == '"')
                return c + 1;
        }
    } else if (raw[at] == '(' && at < list->last_paren) {
        guint depth = 0;
        for (gsize c = at; c < end && c <= list->last_paren; c++) {
            if (raw[c] == '\\')
                c++;
            else if (raw[c] == '(')
                depth++;
            else if (raw[c] == ')' && --depth == 0)
                return c + 1;
        }
        if (++list->open_comments >= OPEN_COMMENTS)
            list->last_paren = 0;
    } else if (raw[at] == '<' && at < list->last_angle) {
        for (gsize c = at + 1; c <= list->last_angle; c++) {
            if (raw[c] == '>')
                return c + 1;
            if (raw[c] == '<' || raw[c] == ';' || (raw[c] == ',' && raw[at + 1] != '@'))
                break;
        }
    } else if (raw[at] == '=') {
        gsize word = exeat_encoded_word_length(raw + at, raw + end);
        if (word > 0)
            return at + word;
    } else if (raw[at] == '\\' && at + 1 < end) {
        return at + 2;
    }
    return at + 1;
}

static void
list_add(List *list, ExeatEntryKind kind, gsize start, gsize end, ExeatAddress *address)
{
    ExeatEntry *entry = g_new0(ExeatEntry, 1);
    *entry = (ExeatEntry){.kind = kind, .start = start, .end = end, .address = address};
    g_ptr_array_add(list->entries, entry);
    list->found += (kind == EXEAT_ENTRY_MAILBOX);
}

/* The display name before an angle address, or its comment. (transfer full) */
static char *
list_display(List *list, gsize start, gsize end)
{
    g_autoptr(GString) bare = g_string_sized_new(end - start);
    bool comment = start < end && list->raw[start] == '(' && list_skip(list, start) == end;
    if (comment)
        start++, end--;
    for (gsize at = start; at < end; at++) {
        char c = list->raw[at];
        if (c == '\\' && at + 1 < end)
            g_string_append_c(bare, list->raw[++at]);
        else if (c != '"')
            g_string_append_c(bare, c);
    }
    char *display = exeat_header_decode(bare->str, bare->len, list->hint);
    gsize n = strlen(display);
    if (n >= 2 && display[0] == '\'' && display[n - 1] == '\'') { /* Outlook's quotes within quotes */
        memmove(display, display + 1, n - 2);
        display[n - 2] = '\0';
    }
    return display;
}

/* The address in [@start, @end) without comments, brackets, route and "mailto:". (transfer full) */
static char *
list_bare(List *list, gsize start, gsize end)
{
    g_autoptr(GString) bare = g_string_sized_new(end - start);
    for (gsize at = start; at < end;) {
        gsize next = list->raw[at] == '<' ? at + 1 : MIN(list_skip(list, at), end);
        if (list->raw[at] == '"' || list->raw[at] == '\\') {
            g_string_append_len(bare, list->raw + at, (gssize)(next - at));
        } else if (list->raw[at] == '(' && next > at + 1) {
            /* a comment */
        } else if (!list_is_space(list->raw[at]) && list->raw[at] != '<' && list->raw[at] != '>') {
            g_string_append_len(bare, list->raw + at, (gssize)(next - at));
        }
        at = next;
    }
    const char *colon = bare->str[0] == '@' ? strchr(bare->str, ':') : NULL; /* a route, RFC 5322 4.4 */
    const char *from = colon != NULL ? colon + 1 : bare->str;
    if (g_ascii_strncasecmp(from, "mailto:", 7) == 0)
        from += 7;
    gsize length = strlen(from);
    while (length > 0 && strchr("'[,;:", from[0]) != NULL && strchr(from, '@') != NULL)
        from++, length--;
    while (length > 0 && strchr("'],;.:", from[length - 1]) != NULL)
        length--;
    return g_strndup(from, length);
}

static void
list_add_mailbox(List *list, gsize start, gsize end, gsize mail, gsize mail_end, gsize name, gsize name_end)
{
    g_autofree char *bare = list_bare(list, mail, mail_end);
    list_trim(list, &name, &name_end);
    if (bare[0] == '\0')
        return;
    ExeatAddress *address = exeat_address_make(bare, list_display(list, name, name_end));
    if (address->mailbox[0] != '\0') {
        list_add(list, EXEAT_ENTRY_MAILBOX, start, end, address);
        return;
    }
    exeat_address_free(address); /* nothing but control characters */
    list_add(list, EXEAT_ENTRY_OTHER, start, end, NULL);
}

typedef struct Word {
    gsize start, end;
    bool has_at;
} Word;

/* Words of an entry without angle brackets: each with an @ is an address, the rest is its display name. */
static void
list_add_words(List *list, gsize start, gsize end)
{
    Word words[WORDS_MAX];
    guint count = 0, mailboxes = 0;
    gsize at = start;
    while (at < end && count < WORDS_MAX) {
        while (at < end && list_is_space(list->raw[at]))
            at++;
        if (at == end)
            break;
        Word *word = &words[count++];
        *word = (Word){.start = at};
        bool comment = list->raw[at] == '(';
        while (at < end && !list_is_space(list->raw[at])) {
            word->has_at = word->has_at || list->raw[at] == '@';
            gsize next = MIN(list_skip(list, at), end);
            at = next;
            if (comment)
                break;
        }
        word->end = at;
        mailboxes += word->has_at;
    }
    if (mailboxes == 1) { /* the others, before or behind, are its name */
        for (guint i = 0; i < count; i++)
            if (words[i].has_at)
                list_add_mailbox(list, start, end, words[i].start, words[i].end, i > 0 ? start : words[i].end,
                                 i > 0 ? words[i].start : end);
        return;
    }
    for (guint i = 0; i < count && list->found < list->max; i++)
        if (words[i].has_at)
            list_add_mailbox(list, words[i].start, words[i].end, words[i].start, words[i].end, 0, 0);
}

/* Words before an address that are no part of it. */
static void
list_pass_pending(List *list, gsize end)
{
    gsize start = list->pending;
    list->pending = G_MAXSIZE;
    while (start < end && (list_is_space(list->raw[end - 1]) || list->raw[end - 1] == ','))
        end--;
    if (start < end)
        list_add(list, EXEAT_ENTRY_OTHER, start, end, NULL);
}

/* An encoded word may hide the address as well, or several: a fault, but programs show it. Each has the place of the
 * whole word. */
static bool
list_add_encoded(List *list, gsize start, gsize end)
{
    if (list->nested || memmem(list->raw + start, end - start, "=?", 2) == NULL)
        return false;
    g_autofree char *decoded = exeat_header_decode(list->raw + start, end - start, list->hint);
    if (strchr(decoded, '@') == NULL)
        return false;
    g_autoptr(GPtrArray) inner = list_parse(decoded, strlen(decoded), NULL, list->max - list->found, true);
    bool any = false;
    for (guint i = 0; i < inner->len; i++) {
        ExeatEntry *entry = inner->pdata[i];
        if (entry->kind == EXEAT_ENTRY_MAILBOX) {
            list_pass_pending(list, start);
            list_add(list, EXEAT_ENTRY_MAILBOX, start, end, g_steal_pointer(&entry->address));
            any = true;
        }
    }
    return any;
}

static bool
list_is_one_word(const List *list, gsize start, gsize end)
{
    for (gsize at = start; at < end; at++)
        if (list_is_space(list->raw[at]) || strchr("\"():=", list->raw[at]) != NULL)
            return false;
    return end > start;
}

/* One entry without a separator in it; @angle is where its angle bracket opens, or @end. */
static void
list_finish(List *list, gsize start, gsize end, gsize angle, bool has_at)
{
    list_trim(list, &start, &end);
    if (start >= end)
        return;
    gsize from = list->pending != G_MAXSIZE ? list->pending : start;
    if (list->found >= list->max)
        return;
    if (angle < end) {
        gsize open = angle;
        gsize behind = memchr(list->raw + open, '>', end - open) == NULL ? end : list_skip(list, open);
        gsize name = from, name_end = angle;
        list_trim(list, &name, &name_end);
        while (name_end > name && list->raw[name_end - 1] == '<') /* "<<a@b>>" */
            name_end--;
        if (name == name_end)
            name = behind, name_end = end;
        while (name < name_end && list->raw[name] == '>')
            name++;
        list_add_mailbox(list, from, end, open, behind, name, name_end);
        list->pending = G_MAXSIZE;
    } else if (has_at) {
        list_pass_pending(list, start);
        list_add_words(list, start, end);
    } else if (!list_add_encoded(list, start, end)) {
        list->pending = from;
    }
}

/* Words that no address followed: a lone one is a local mailbox. */
static void
list_flush_pending(List *list, gsize end)
{
    gsize start = list->pending;
    if (start == G_MAXSIZE)
        return;
    list->pending = G_MAXSIZE;
    while (end > start && (list_is_space(list->raw[end - 1]) || list->raw[end - 1] == ',' || list->raw[end - 1] == ';'))
        end--;
    if (list_is_one_word(list, start, end) && memchr(list->raw + start, ',', end - start) == NULL)
        list_add_mailbox(list, start, end, start, end, 0, 0);
    else if (end > start)
        list_add(list, EXEAT_ENTRY_OTHER, start, end, NULL);
}

static gsize
list_find_last(const char *raw, gsize length, char c)
{
    const char *found = memrchr(raw, c, length);
    return found == NULL ? 0 : (gsize)(found - raw);
}

/* Group syntax: "name:" with no address before the colon. */
static bool
list_is_group(const List *list, gsize start, gsize colon, gsize angle, bool has_at)
{
    list_trim(list, &start, &colon);
    return !has_at && angle == G_MAXSIZE && colon > start &&
           !(colon - start == 6 && g_ascii_strncasecmp(list->raw + start, "mailto", 6) == 0);
}

static void
list_run(List *list)
{
    const char *raw = list->raw;
    gsize start = 0, angle = G_MAXSIZE, closed = G_MAXSIZE;
    bool has_at = false, in_group = false;
    gsize at = 0;
    while (at < list->length && list->found < list->max) {
        char c = raw[at];
        gsize next = list_skip(list, at);
        if (c == ',' || c == ';' || (c == '<' && closed != G_MAXSIZE)) {
            gsize before = list->found;
            list_finish(list, start, at, MIN(angle, at), has_at);
            if (c == ';') {
                if (list->found == before)
                    list_flush_pending(list, at);
                if (in_group)
                    list_add(list, EXEAT_ENTRY_GROUP_END, at, at + 1, NULL);
                in_group = false;
            }
            start = c == '<' ? at : at + 1;
            angle = closed = G_MAXSIZE;
            has_at = false;
        }
        if (c == '<' && angle == G_MAXSIZE) {
            angle = at;
            closed = next > at + 1 ? next : G_MAXSIZE;
        } else if (c == '<') {
            angle = at; /* "<<a@b>": the inner one counts */
            closed = next > at + 1 ? next : G_MAXSIZE;
        } else if (c == ':' && list_is_group(list, start, at, angle, has_at)) {
            gsize name = list->pending != G_MAXSIZE ? list->pending : start, end = at;
            list_trim(list, &name, &end);
            list_add(list, EXEAT_ENTRY_GROUP_BEGIN, name, at + 1, NULL);
            list->pending = G_MAXSIZE;
            in_group = true;
            start = at + 1;
        } else if (c == '@' || (c == '"' && next < list->length && raw[next] == '@')) {
            has_at = true;
        }
        at = next;
    }
    list_finish(list, start, list->length, MIN(angle, list->length), has_at);
    list_flush_pending(list, list->length);
}

static GPtrArray *
list_parse(const char *raw, gsize length, const char *hint, guint max, bool nested)
{
    List list = {.raw = raw, .length = length, .hint = hint, .max = max, .pending = G_MAXSIZE, .nested = nested};
    list.entries = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_entry_free);
    list.last_quote = list_find_last(raw, length, '"');
    list.last_paren = list_find_last(raw, length, ')');
    list.last_angle = list_find_last(raw, length, '>');
    list_run(&list);
    return list.entries;
}

GPtrArray *
exeat_address_list_parse(const char *raw, gsize length, const char *hint, guint max)
{
    return list_parse(raw, length, hint, max, false);
}

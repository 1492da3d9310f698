/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The office's pages: "f" and a request, "w" and words with marks, or any other byte and a letter that a page shows
 * ("d": with the school's directory, so that what is found in it is marked). A request is a line with the letter of a
 * page and further ones of NAME=VALUE, of the query and of the form at once. The store holds one letter, which takes
 * two people: so no request changes anything.
 *
 * Asserts that whatever comes in, a page is UTF-8 and HTML, made of our elements and attributes alone, that it leads
 * nowhere but to pages of ours, and that no page fails.
 */
#include <libxml/HTMLparser.h>

#include "office/pages/letter_text.h"
#include "office/pages/page.h"
#include "office/pages/pages.h"
#include "office/web/auto.h"
#include "quarantine/keygen.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT 32768
#define HEAD "h.ashworth@oakfield.sch.uk"
#define AT 1789372200 /* a Monday in September */

static ExeatOffice office;    /* of this process, made once */
static char *held;            /* the letter's id */
static char csrf[] = "token"; /* of every visit */

/* --- a small office ----------------------------------------------------------------------------------------------- */

static char *
world_write_config(void)
{
    const char *folder = fuzz_folder();
    char *path = g_build_filename(folder, "exeat.conf", NULL);
    g_autofree char *text = g_strdup_printf(
        "school { name = \"Oakfield <School>\" domains = { oakfield.sch.uk } }\n"
        "quarantine { store = \"%s/store.db\" certificates = { \"%s/q.crt\" } private_key = \"%s/q.key\"\n"
        " token_key = \"%s/token.key\" two_people = yes }\n"
        "role \"headteacher\" { people = { \"" HEAD "\" } notify = digest digest = { \"23:59\" } }\n",
        folder, folder, folder, folder);
    fuzz_assert(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
world_make_keys(void)
{
    g_autofree char *key = g_build_filename(fuzz_folder(), "q.key", NULL),
                    *certificate = g_build_filename(fuzz_folder(), "q.crt", NULL),
                    *token = g_build_filename(fuzz_folder(), "token.key", NULL);
    fuzz_assert(exeat_keygen_quarantine(key, certificate, "fuzz", NULL));
    fuzz_assert(exeat_keygen_random(token, EXEAT_TOKEN_KEY_BYTES, NULL));
}

static void
world_hold(ExeatQuarantine *gate)
{
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static("From: x\r\n\r\nx\r\n", 14);
    ExeatHoldRequest request = {
        .letter = letter, .envelope = envelope, .subject = "x", .verdict = verdict, .language = "en"};
    ExeatFinding *finding = exeat_finding_new("personal-data", "safeguarding", EXEAT_CONFIDENCE_HIGH);
    finding->action = EXEAT_ACTION_HOLD;
    g_ptr_array_add(verdict->findings, finding);
    g_free(envelope->sender);
    envelope->sender = g_strdup("\"<b>\"@governors.example");
    for (guint i = 0; i < 3; i++) {
        g_ptr_array_add(envelope->recipients, g_strdup_printf("\"'><script>%u\"@mail.example", i));
        g_array_append_val(verdict->held, i);
    }
    fuzz_assert(exeat_quarantine_hold(gate, &request, &held, NULL));
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    exeat_message_library_init();
    world_make_keys();
    g_autofree char *config = world_write_config(), *accounts = g_build_filename(fuzz_folder(), "accounts.db", NULL);
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatQuarantine) gate = NULL;
    g_autoptr(GBytes) key = NULL;
    ExeatDesk *desk = office.desk = g_new0(ExeatDesk, 1);
    desk->settings = exeat_settings_load(config, errors);
    fuzz_assert(desk->settings);
    desk->office = exeat_config_block(desk->settings->config, "office");
    desk->keeping = exeat_config_block(desk->settings->config, "quarantine");
    desk->school = exeat_config_block(desk->settings->config, "school");
    fuzz_assert(exeat_quarantine_open(desk->settings->config, EXEAT_ACCESS_GATE, &gate, NULL));
    fuzz_assert(exeat_quarantine_open(desk->settings->config, EXEAT_ACCESS_READ, &desk->quarantine, NULL));
    world_hold(gate);
    desk->proof = exeat_audit_proof_new();
    fuzz_assert(exeat_accounts_key(desk->keeping->private_key, &key, NULL));
    fuzz_assert(exeat_accounts_open(accounts, key, 1, &office.accounts, NULL));
    office.summaries = exeat_summaries_new(desk->quarantine, 0, 0);
    return 0;
}

/* --- what must hold of any page ----------------------------------------------------------------------------------- */

static void
check_attribute(const xmlAttr *attribute)
{
    static const char *const ours[] = {"aria-current",
                                       "aria-describedby",
                                       "aria-invalid",
                                       "aria-label",
                                       "autocomplete",
                                       "charset",
                                       "checked",
                                       "class",
                                       "content",
                                       "for",
                                       "http-equiv",
                                       "id",
                                       "inputmode",
                                       "lang",
                                       "maxlength",
                                       "method",
                                       "name",
                                       "open",
                                       "readonly",
                                       "rel",
                                       "required",
                                       "role",
                                       "scope",
                                       "selected",
                                       "tabindex",
                                       "title",
                                       "type",
                                       "value",
                                       NULL};
    static const char *const leads[] = {"action", "href", NULL};
    const char *name = (const char *)attribute->name;
    const char *value = attribute->children ? (const char *)attribute->children->content : "";
    if (g_strv_contains(leads, name))
        fuzz_assert((*value == '/' && value[1] != '/' && value[1] != '\\') || *value == '#');
    else if (!g_strv_contains(ours, name))
        fuzz_fail(__FILE__, __LINE__, name);
}

static void
check_element(const xmlNode *node)
{
    static const char *const ours[] = {
        "a",        "blockquote", "body",     "button",  "dd",     "details", "div",    "dl",      "dt",
        "fieldset", "footer",     "form",     "h1",      "h2",     "h3",      "head",   "header",  "html",
        "input",    "label",      "legend",   "li",      "link",   "main",    "mark",   "meta",    "nav",
        "ol",       "option",     "p",        "section", "select", "span",    "strong", "summary", "table",
        "tbody",    "td",         "textarea", "th",      "thead",  "title",   "tr",     "ul",      NULL};
    for (; node; node = node->next) {
        if (node->type == XML_ELEMENT_NODE) {
            if (!g_strv_contains(ours, (const char *)node->name))
                fuzz_fail(__FILE__, __LINE__, (const char *)node->name);
            for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
                check_attribute(attribute);
        }
        fuzz_assert(node->type == XML_ELEMENT_NODE || node->type == XML_TEXT_NODE || node->type == XML_DTD_NODE);
        check_element(node->type == XML_ELEMENT_NODE ? node->children : NULL);
    }
}

static void
check_page(GBytes *page)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(page, &size);
    fuzz_assert(size > 0 && size <= G_MAXINT && g_utf8_validate(data, (gssize)size, NULL));
    g_autoptr(xmlDoc)
        doc = htmlReadMemory(data, (int)size, NULL, "UTF-8",
                             HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    fuzz_assert(doc && xmlDocGetRootElement(doc));
    check_element(xmlDocGetRootElement(doc));
}

static void
check_reply(const ExeatHttpReply *reply)
{
    fuzz_assert(reply && reply->status >= 200 && reply->status < 500);
    for (guint i = 0; i + 1 < reply->headers->len; i += 2) {
        if (g_str_equal(g_ptr_array_index(reply->headers, i), "Location"))
            fuzz_assert(exeat_http_is_local(g_ptr_array_index(reply->headers, i + 1)));
    }
    if (reply->status != 303 && g_str_has_prefix(reply->type, "text/html"))
        check_page(reply->body);
}

/* --- the three kinds of input ------------------------------------------------------------------------------------- */

static void
visit_begin(ExeatVisit *visit, const ExeatHttpRequest *request, bool welsh)
{
    *visit = (ExeatVisit){.request = request,
                          .office = &office,
                          .desk = office.desk,
                          .language = welsh ? EXEAT_WELSH : EXEAT_ENGLISH,
                          .rights = exeat_rights_of(office.desk->settings->config, HEAD),
                          .csrf = csrf,
                          .letter = g_strdup(held),
                          .now = AT};
}

static void
visit_end(ExeatVisit *visit)
{
    exeat_rights_free(visit->rights);
    g_free(visit->letter);
}

static void
run_request(FuzzInput *input)
{
    static const struct {
        char letter;
        ExeatPageFunction page;
    } pages[] = {{'w', exeat_page_waiting},    {'d', exeat_page_decided},   {'f', exeat_page_flagged},
                 {'b', exeat_page_bulk},       {'a', exeat_page_audit},     {'c', exeat_page_audit_csv},
                 {'r', exeat_page_do_release}, {'t', exeat_page_do_return}, {'l', exeat_page_letter},
                 {'s', exeat_page_sign_in},    {'m', exeat_page_code},      {'o', exeat_page_do_open},
                 {'q', exeat_page_do_consult}, {'n', exeat_page_do_answer}, {'u', exeat_page_do_undo}};
    g_autofree char *page = fuzz_line(input);
    g_autoptr(ExeatFields) query = exeat_fields_new(), form = exeat_fields_new(), none = exeat_fields_new();
    ExeatHttpRequest request = {
        .path = (char[]){"/waiting"}, .query = query, .form = form, .cookies = none, .client = (char[]){"192.0.2.1"}};
    ExeatVisit visit;
    while (input->left > 0) {
        const uint8_t *feed = memchr(input->data, '\n', input->left), *equals;
        gsize length = feed ? (gsize)(feed - input->data) : input->left;
        equals = memchr(input->data, '=', length);
        if (equals) {
            g_autofree char *name = g_strndup((const char *)input->data, (gsize)(equals - input->data));
            const char *value = (const char *)equals + 1;
            gsize bytes = length - (gsize)(equals + 1 - input->data);
            bool fine = exeat_fields_add(query, name, value, bytes);
            fuzz_assert(fine == exeat_fields_add(form, name, value, bytes));
            fuzz_assert(!fine || exeat_fields_get(query, name));
        }
        input->data += length + (feed ? 1 : 0);
        input->left -= length + (feed ? 1 : 0);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (pages[i].letter != *page)
            continue;
        visit_begin(&visit, &request, page[0] != '\0' && page[1] == 'y');
        g_autoptr(ExeatHttpReply) reply = pages[i].page(&visit);
        check_reply(reply);
        visit_end(&visit);
    }
}

static void
run_words(FuzzInput *input)
{
    g_autofree char *before = fuzz_line(input), *between = fuzz_line(input), *one = fuzz_line(input),
                    *other = fuzz_line(input);
    g_autofree char *any = exeat_words_fill(before, "one", one, "other", other, NULL);
    fuzz_assert(any && (strchr(before, '{') || g_str_equal(any, before)));
    exeat_language_accepted(before);
    if (exeat_http_is_local(before))
        fuzz_assert(before[0] == '/' && before[1] != '/' && before[1] != '\\');
    g_strdelimit(before, "{}", '-');
    g_strdelimit(between, "{}", '-');
    g_autofree char *text = g_strconcat(before, "{one}", between, "{other}", NULL),
                    *want = g_strconcat(before, one, between, other, NULL),
                    *filled = exeat_words_fill(text, "one", one, "other", other, NULL);
    fuzz_assert(g_str_equal(filled, want));
}

/* Whom a letter goes to is a stranger's as well: the card has what stands in its first field. */
static void
run_letter(FuzzInput *input, bool directory)
{
    g_autoptr(ExeatFields) none = exeat_fields_new();
    g_autoptr(ExeatCard) card = exeat_card_new();
    g_autoptr(GBytes) letter = g_bytes_new(input->data, input->left);
    ExeatHttpRequest request = {.path = (char[]){"/letter"}, .query = none, .form = none, .cookies = none};
    ExeatVisit visit;
    visit_begin(&visit, &request, false);
    card->sender = g_strdup("a.latham@oakfield.sch.uk");
    g_ptr_array_add(card->recipients, fuzz_line(input));
    g_autoptr(ExeatFinding) finding = exeat_finding_new("personal-data", "nhs", EXEAT_CONFIDENCE_HIGH);
    exeat_card_add_finding(card, finding, NULL, false);
    office.desk->directory = directory ? (ExeatDirectory *)(guintptr)fuzz_directory() : NULL;
    g_autoptr(ExeatPage) page = exeat_page_new(&visit, "A letter");
    exeat_letter_show(&visit, page->main, card, letter);
    g_autoptr(ExeatHttpReply) reply = exeat_page_reply(page, 200);
    check_reply(reply);
    office.desk->directory = NULL;
    visit_end(&visit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    guint8 kind = fuzz_byte(&input);
    if (kind == 'f')
        run_request(&input);
    else if (kind == 'w')
        run_words(&input);
    else
        run_letter(&input, kind == 'd');
    return 0;
}

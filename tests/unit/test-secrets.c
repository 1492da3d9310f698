/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords that a text tells, beside all that people say about passwords without telling one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <string.h>

#include "policies/detect/secrets.h"
#include "policies/detect/terms.h"

typedef enum Told {
    TOLD_NOT,
    TOLD_ELSEWHERE, /* for something else than a file */
    TOLD,
} Told;

static const struct {
    Told want;
    const char *text;
} rows[] = {
    {TOLD, "The password is Oakfield2026."},
    {TOLD, "Password: oak-tree-77"},
    {TOLD, "password = Xk9!pp"},
    {TOLD, "pw: Oak123"},
    {TOLD, "PW Oak123"},
    {TOLD, "Pwd - Oak123"},
    {TOLD, "The password for the attached spreadsheet is Oakfield2026, thanks"},
    {TOLD, "password to open the file: sunflower"},
    {TOLD, "The passcode is 482913"},
    {TOLD, "The code to open it is 4829"},
    {TOLD, "Code to open: Robin7"},
    {TOLD, "The password is:\n\nOak123\n\nThanks"},
    {TOLD, "The password is \"the red house\""},
    {TOLD, "The password is \xe2\x80\x9cTuesday\xe2\x80\x9d"},
    {TOLD, "the password is sunshine."},
    {TOLD, "the password is sunshine\nBest wishes"},
    {TOLD, "Oak123 is the password"},
    {TOLD, "Y cyfrinair yw Derwen2026"},
    {TOLD, "Cyfrinair: Derwen2026"},
    {TOLD, "pass phrase (all lower case): correct-horse-9"},
    {TOLD, "the password will be Oak123 for now"},
    {TOLD, "list (password oak123).zip"},
    {TOLD, "transfer_pw-oak123.zip"},
    {TOLD, "PIN: 4821"},
    {TOLD, "Password is 01092014"},
    {TOLD, "> password: Oak123"},
    {TOLD_ELSEWHERE, "The Wi-Fi password is Guest2026"},
    {TOLD_ELSEWHERE, "Join the Zoom meeting. Meeting ID: 943 476 5919, passcode: 443322"},
    {TOLD_ELSEWHERE, "Meeting ID: 943 476 5919\nPasscode: 443322"},
    {TOLD_ELSEWHERE, "Username: jsmith, password: Oak123"},
    {TOLD_ELSEWHERE, "Your login for the portal has the password Oak123"},
    {TOLD_NOT, "I'll phone you the password"},
    {TOLD_NOT, "I will text you the password."},
    {TOLD_NOT, "password to follow separately"},
    {TOLD_NOT, "Password to follow."},
    {TOLD_NOT, "Password: to follow"},
    {TOLD_NOT, "Password: sent by text"},
    {TOLD_NOT, "Password: as usual"},
    {TOLD_NOT, "Password: see text message"},
    {TOLD_NOT, "It is the usual password."},
    {TOLD_NOT, "The password is the usual one."},
    {TOLD_NOT, "The password is the same as last time"},
    {TOLD_NOT, "The password is required to open it."},
    {TOLD_NOT, "The password is not in this e-mail"},
    {TOLD_NOT, "The file is password protected."},
    {TOLD_NOT, "The file is password-protected; ring me for it on 0117 496 0100."},
    {TOLD_NOT, "Please ring 0117 496 0100 for the password."},
    {TOLD_NOT, "A good password is long: use three random words."},
    {TOLD_NOT, "A password must be at least 8 characters."},
    {TOLD_NOT, "Passwords: at least 8 characters"},
    {TOLD_NOT, "Never send the password in the same e-mail."},
    {TOLD_NOT, "Your password has expired. Please reset it."},
    {TOLD_NOT, "The password is changed every term by the office"},
    {TOLD_NOT, "What is the password? Thanks"},
    {TOLD_NOT, "The password is being sent to your mobile"},
    {TOLD_NOT, "Password policy 2026"},
    {TOLD_NOT, "Password policy: updated"},
    {TOLD_NOT, "Forgotten password: https://portal.example/reset?id=77"},
    {TOLD_NOT, "Bydd y cyfrinair yn dilyn dros y ff\xc3\xb4n"},
    {TOLD_NOT, "Cyfrinair: i ddilyn"},
    {TOLD_NOT, "pin the notice to the board: 12 copies"},
    {TOLD_NOT, "The code to open the door is with the office"},
    {TOLD_NOT, "Password:\n\nKind regards,\nAlison"},
    {TOLD_NOT, "Password: ______"},
    {TOLD_NOT, "Password: ********"},
    {TOLD_NOT, "The password is known to both of us"},
    {TOLD_NOT, "password - by phone please"},
    {TOLD_NOT, "password to open the file: I will ring you"},
    {TOLD_NOT, "password for the attached list: please phone the office"},
    {TOLD_NOT, "The password to the attachment is with Mrs Latham"},
    {TOLD_NOT, "Could you send me the password? I have tried Oak: no."},
    {TOLD_NOT, ""},
};

static Told
ask(const char *text)
{
    ExeatText piece = {.zone = EXEAT_ZONE_NEW, .text = g_strdup(text), .length = strlen(text)};
    ExeatContext context;
    exeat_context_init(&context, &piece);
    g_autoptr(GArray) terms = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
    g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
    exeat_terms_find(&context, terms);
    exeat_secrets_find(&context, terms, hits);
    Told told = TOLD_NOT;
    for (guint i = 0; i < hits->len && told != TOLD; i++)
        told = exeat_secret_is_elsewhere(&context, &g_array_index(hits, ExeatHit, i)) ? TOLD_ELSEWHERE : TOLD;
    for (guint i = 0; i < terms->len; i++)
        assert_int_not_equal(g_array_index(terms, ExeatHit, i).rule, EXEAT_RULE_CREDENTIAL);
    exeat_context_clear(&context);
    g_free(piece.text);
    return told;
}

static void
test_told(void **state)
{
    (void)state;
    guint wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Told told = ask(rows[i].text);
        if (told != rows[i].want) {
            print_error("%s\n  gave %d, wanted %d\n", rows[i].text, told, rows[i].want);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void
test_truncation(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (gsize length = 0; length < strlen(rows[i].text); length++) {
            g_autofree char *part = g_strndup(rows[i].text, length);
            g_autofree char *valid = g_utf8_make_valid(part, -1);
            assert_in_range(ask(valid), TOLD_NOT, TOLD);
        }
    }
}

static void
test_keys(void **state)
{
    (void)state;
    assert_int_equal(ask("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n"), TOLD);
    assert_int_equal(ask("-----BEGIN PUBLIC KEY-----\nb3BlbnNzaC1rZXk\n"), TOLD_NOT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_told), cmocka_unit_test(test_truncation),
                                       cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}

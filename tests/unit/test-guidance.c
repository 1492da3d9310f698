/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words: every policy has them in both languages, SMTP replies fit, sentences say how many of what and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <string.h>

#include "policies/guidance/guidance.h"

static const char *const languages[] = {"en", "cy"};

static void
check_policy(const char *policy, const char *language)
{
    g_autofree char *reply = exeat_guidance_reply(policy, "T5", language);
    g_auto(GStrv) lines = g_strsplit(reply, "\n", -1);

    if (!exeat_guidance_knows(policy, language))
        fail_msg("%s has no words in %s", policy, language);
    assert_true(strlen(exeat_guidance_title(policy, language)) > 5);
    assert_true(strlen(exeat_guidance_rule(policy, language)) > 30);
    for (guint program = 0; program < EXEAT_GUIDANCE_PROGRAMS; program++) {
        const char *const *steps = exeat_guidance_steps(policy, (ExeatGuidanceProgram)program, language);

        if (steps[0] == NULL)
            fail_msg("%s does not say what to do (%s): %s", policy, language,
                     exeat_guidance_program_name((ExeatGuidanceProgram)program, language));
    }
    for (gsize i = 0; lines[i] != NULL; i++) {
        if (!g_str_is_ascii(lines[i]) || strlen(lines[i]) > 70 || *lines[i] == '\0' || strchr(lines[i], '%') != NULL)
            fail_msg("%s (%s): \"%s\" is no line for an SMTP reply", policy, language, lines[i]);
    }
    assert_non_null(strstr(reply, "T5"));
}

static void
test_every_policy_has_words(void **state)
{
    static const char *const policies[] = {"names-in-subject", "personal-data", "bulk-bcc", "personal-recipient",
                                           "sender-identity"};

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(languages); k++)
            check_policy(policies[i], languages[k]);
    }
}

static void
test_unknown_policy(void **state)
{
    g_autofree char *reply = exeat_guidance_reply("astrology", NULL, "en");

    (void)state;
    assert_false(exeat_guidance_knows("astrology", "en"));
    assert_non_null(exeat_guidance_title("astrology", "en"));
    assert_true(strlen(reply) > 10);
    assert_string_equal(exeat_guidance_title("bulk-bcc", "fr"), exeat_guidance_title("bulk-bcc", "en"));
    assert_string_equal(exeat_guidance_title("bulk-bcc", NULL), exeat_guidance_title("bulk-bcc", "en"));
}

static void
test_hostile_clause(void **state)
{
    g_autofree char *reply = exeat_guidance_reply("bulk-bcc", "a clause that is far too long for a line", "en");
    g_autofree char *accented = exeat_guidance_reply("bulk-bcc", "\xc3\xa9", "en");

    (void)state;
    assert_null(strstr(reply, "clause"));
    assert_null(strstr(accented, "clause"));
}

static void
test_sentences(void **state)
{
    static const struct {
        const char *policy, *rule;
        guint count, people, attachment;
        ExeatZone zone;
        ExeatGuidanceFile file;
        const char *language, *want;
    } rows[] = {
        {"personal-data", "upn", 31, 30, 2, EXEAT_ZONE_ATTACHMENT, EXEAT_GUIDANCE_SPREADSHEET, "en",
         "31 unique pupil numbers, about 30 people, in the second attachment, a spreadsheet."},
        {"personal-data", "nhs", 1, 1, 0, EXEAT_ZONE_NEW, EXEAT_GUIDANCE_FILE, "en", "An NHS number, in the message."},
        {"personal-data", "upn", 3, 1, 12, EXEAT_ZONE_ATTACHMENT, EXEAT_GUIDANCE_PDF, "en",
         "3 unique pupil numbers, in attachment number 12, a PDF."},
        {"names-in-subject", "name", 1, 1, 0, EXEAT_ZONE_SUBJECT, EXEAT_GUIDANCE_FILE, "en",
         "The name of a person, in the subject line."},
        {"bulk-bcc", "visible-recipients", 14, 14, 0, EXEAT_ZONE_SUBJECT, EXEAT_GUIDANCE_FILE, "en",
         "14 outside addresses that can see each other in To and Cc."},
        {"personal-recipient", "pupil-private", 1, 1, 0, EXEAT_ZONE_SUBJECT, EXEAT_GUIDANCE_FILE, "en",
         "A pupil's private mailbox."},
        {"sender-identity", "from-outside", 1, 0, 0, EXEAT_ZONE_SUBJECT, EXEAT_GUIDANCE_FILE, "cy",
         "Cyfeiriad Oddi wrth nad yw'n eiddo i'r ysgol."},
        {"personal-data", "pattern:library-card", 1, 0, 0, EXEAT_ZONE_NEW, EXEAT_GUIDANCE_FILE, "en",
         "Something that the school itself looks for (\xe2\x80\x9clibrary-card\xe2\x80\x9d), in the message."},
        {"personal-data", "password-beside", 1, 0, 0, EXEAT_ZONE_NEW, EXEAT_GUIDANCE_FILE, "en",
         "The password of a protected file, beside the file itself, in the message."},
        {"personal-data", "horoscope", 1, 1, 0, EXEAT_ZONE_NEW, EXEAT_GUIDANCE_FILE, "en",
         "Personal data going outside the school, in the message."},
        {"personal-data", "upn", 31, 30, 2, EXEAT_ZONE_ATTACHMENT, EXEAT_GUIDANCE_SPREADSHEET, "cy",
         "Rhifau disgybl unigryw: 31 (nifer y bobl: 30), yn yr ail atodiad (taenlen)."},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatFinding) finding = exeat_finding_new(rows[i].policy, rows[i].rule, EXEAT_CONFIDENCE_HIGH);
        ExeatGuidancePlace place = {rows[i].attachment, rows[i].file};
        g_autofree char *got = NULL;

        finding->count = rows[i].count;
        finding->data_subjects = rows[i].people;
        finding->zone = rows[i].zone;
        got = exeat_guidance_found(finding, &place, rows[i].language);
        assert_string_equal(got, rows[i].want);
    }
}

static void
test_places(void **state)
{
    static const char letter[] =
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
        "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4\r\n"
        "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=b.csv\r\n\r\na,b\r\n--b--\r\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(letter, sizeof letter - 1);
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
    g_autoptr(ExeatFinding) finding = exeat_finding_new("personal-data", "upn", EXEAT_CONFIDENCE_HIGH);
    ExeatGuidancePlace place;

    (void)state;
    finding->part = g_strdup("3");
    finding->zone = EXEAT_ZONE_ATTACHMENT;
    place = exeat_guidance_place(message, finding);
    assert_int_equal(place.attachment, 2);
    assert_int_equal(place.file, EXEAT_GUIDANCE_SPREADSHEET);
    finding->zone = EXEAT_ZONE_NEW;
    place = exeat_guidance_place(message, finding);
    assert_int_equal(place.attachment, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_policy_has_words),
        cmocka_unit_test(test_unknown_policy),
        cmocka_unit_test(test_hostile_clause),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_places),
    };

    exeat_message_library_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

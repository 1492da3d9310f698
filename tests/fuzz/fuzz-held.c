/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes back from the quarantine's disk or from a letter's header: a card, a sealed container, a mail of the
 * outbox, a release token. Asserts that
 *   - a card that reads has whole fields, its indices are recipients', and written and read again it is the same;
 *   - a container with any byte changed opens to nothing or, where the change means nothing, to the same bytes;
 *   - a mail of the outbox has a recipient and a message;
 *   - no text but the one that was made is a token.
 *
 * The first byte chooses.
 */
#include "base/error.h"
#include "quarantine/card.h"
#include "quarantine/keygen.h"
#include "quarantine/outbox.h"
#include "quarantine/seal.h"
#include "quarantine/secret.h"
#include "quarantine/token.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT 65536
#define EXPIRES 2000000000

static ExeatSealer *sealer;
static ExeatOpener *opener;
static GBytes *token_key;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    g_autofree char *key = g_build_filename(fuzz_folder(), "quarantine.key", NULL);
    g_autofree char *certificate = g_build_filename(fuzz_folder(), "quarantine.crt", NULL);
    const char *certificates[] = {certificate, NULL};
    fuzz_assert(exeat_keygen_quarantine(key, certificate, "fuzz", NULL));
    fuzz_assert(exeat_sealer_new(certificates, &sealer, NULL));
    fuzz_assert(exeat_opener_new(key, certificate, &opener, NULL));
    token_key = g_bytes_new_static("0123456789abcdef0123456789abcdef", 32);
    return 0;
}

static void
check_card(GBytes *bytes)
{
    g_autoptr(ExeatCard) card = NULL, again = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_card_from_bytes(bytes, &card, &error)) {
        fuzz_assert(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED));
        return;
    }
    fuzz_assert(card->sender && card->recipients && card->deciders && card->findings->len == card->places->len);
    fuzz_assert(card->settled->len == card->findings->len && (!card->remedy || exeat_edits_count(card->remedy) > 0));
    for (guint i = 0; i < card->recipients->len; i++)
        fuzz_assert(card->recipients->pdata[i]);
    for (guint i = 0; i < card->held->len; i++)
        fuzz_assert(g_array_index(card->held, guint, i) < card->recipients->len);
    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = card->findings->pdata[i];
        fuzz_assert(finding->policy && finding->rule && finding->zone <= EXEAT_ZONE_FILE_NAME);
        for (guint k = 0; finding->recipients && k < finding->recipients->len; k++)
            fuzz_assert(g_array_index(finding->recipients, guint, k) < card->recipients->len);
        const ExeatGuidancePlace *place = &g_array_index(card->places, ExeatGuidancePlace, i);
        g_autofree char *found = exeat_guidance_found(finding, place, "en");
        fuzz_check_utf8(found);
    }
    g_autoptr(GBytes) written = exeat_card_to_bytes(card);
    fuzz_assert(exeat_card_from_bytes(written, &again, NULL));
    fuzz_assert(g_str_equal(again->sender, card->sender) && g_strcmp0(again->subject, card->subject) == 0);
    fuzz_assert(again->recipients->len == card->recipients->len && again->held->len == card->held->len);
    fuzz_assert(again->findings->len == card->findings->len && again->received_at == card->received_at);
    fuzz_assert((again->remedy != NULL) == (card->remedy != NULL) && again->attachments == card->attachments);
}

static void
check_container(FuzzInput *input)
{
    g_autoptr(GBytes) plain = g_bytes_new_static("Subject: minutes\r\n\r\nThe minutes.\r\n", 34), sealed = NULL,
                      out = NULL;
    g_autoptr(GError) error = NULL;
    fuzz_assert(exeat_seal(sealer, plain, &sealed, NULL));
    gsize size = 0;
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(sealed, &size), g_bytes_get_size(sealed));
    gsize length = MIN(size, size - fuzz_byte(input) % 32);
    fuzz_patch(input, bytes, length, 0);
    g_autoptr(GBytes) damaged = g_bytes_new(bytes, length);
    if (exeat_unseal(opener, damaged, &out, &error))
        fuzz_assert(g_bytes_equal(out, plain));
    else
        fuzz_assert(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED) && !out);
}

/* Bytes that never were a container. */
static void
check_raw_container(GBytes *bytes)
{
    g_autoptr(GBytes) out = NULL;
    g_autoptr(GError) error = NULL;
    fuzz_assert(!exeat_unseal(opener, bytes, &out, &error) && error && !out);
}

static void
check_mail(GBytes *bytes)
{
    g_autoptr(GBytes) sealed = NULL;
    g_autoptr(ExeatMail) mail = NULL;
    g_autoptr(GError) error = NULL;
    fuzz_assert(exeat_seal(sealer, bytes, &sealed, NULL));
    if (!exeat_outbox_open(opener, sealed, &mail, &error))
        fuzz_assert(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED));
    else
        fuzz_assert(mail->recipient && g_bytes_get_size(mail->message) > 0);
}

static void
check_token(FuzzInput *input)
{
    g_autofree char *id = NULL;
    g_autofree char *made = exeat_token_make(token_key, "H-0123456789", "a@b.example", "c@d.example", EXPIRES);
    gsize length = strlen(made);
    g_autofree char *text = input->left > 0 && *input->data == 'v' ? g_strndup((const char *)input->data, input->left)
                                                                   : g_strdup(made);
    if (input->left > 0 && *input->data != 'v')
        fuzz_patch(input, (guint8 *)text, length, 0);
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    bool good = exeat_token_verify(token_key, text, "a@b.example", "c@d.example", EXPIRES - 1, &id);
    fuzz_assert(good == g_str_equal(stripped, made) && good == (id != NULL));
    fuzz_assert(!exeat_token_verify(token_key, text, "a@b.example", "c@d.example", EXPIRES, NULL));
    fuzz_assert(!exeat_token_verify(token_key, text, "x@b.example", "c@d.example", EXPIRES - 1, NULL));
    fuzz_assert(!exeat_token_verify(token_key, text, "a@b.example", "x@d.example", EXPIRES - 1, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    guint8 choice = fuzz_byte(&input);
    g_autoptr(GBytes) bytes = g_bytes_new(input.data, input.left);
    switch (choice) {
    case 's':
        check_container(&input);
        break;
    case 'r':
        check_raw_container(bytes);
        break;
    case 'm':
        check_mail(bytes);
        break;
    case 't':
        check_token(&input);
        break;
    default:
        check_card(bytes);
        break;
    }
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts/password.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include "quarantine/secret.h"

#define PASSWORD_METHOD "$y$"
#define LETTERS_LEAST 5 /* different characters */
#define BESIDES_LEAST 8 /* characters besides the person's address */

/* What is left of the commonest passwords when digits, spaces and punctuation are taken out of them. */
static const char *const common_words[] = {
    "abc",         "abcdefgh",     "abcdefghijkl", "admin",       "administrator", "arsenal",        "asdfgh",
    "asdfghjkl",   "autumn",       "baseball",     "changeme",    "charlie",       "chelsea",        "chocolate",
    "computer",    "dragon",       "exeat",        "football",    "hello",         "helloworld",     "head",
    "headteacher", "iloveyou",     "internet",     "letmein",     "letmeinnow",    "liverpool",      "login",
    "manchester",  "master",       "michael",      "monday",      "monkey",        "mypassword",     "newpassword",
    "nopassword",  "office",       "pass",         "passphrase",  "passw",         "password",       "princess",
    "pupil",       "qazwsxedc",    "qwerty",       "qwertyui",    "qwertyuiop",    "qwertyuiopasdf", "root",
    "school",      "schooloffice", "secret",       "shadow",      "spring",        "starwars",       "student",
    "summer",      "sunshine",     "superman",     "teacher",     "temporary",     "test",           "thisismypassword",
    "trustno",     "user",         "welcome",      "welcomehome", "whatever",      "winter",         "zxcvbnm",
};

/* RFC 8265 4.2.2: every space is one space, composed, no controls. NULL if it is none; wiped by the caller. (transfer
 * full) */
static char *
password_prepare(const char *password)
{
    char *spaced = NULL, *composed = NULL;
    gunichar *signs;
    glong count = 0;
    bool strange = false;

    if (strlen(password) > EXEAT_PASSWORD_BYTES || !g_utf8_validate(password, -1, NULL))
        return NULL;
    signs = g_utf8_to_ucs4_fast(password, -1, &count);
    for (glong i = 0; i < count; i++) {
        strange = strange || g_unichar_iscntrl(signs[i]);
        if (g_unichar_type(signs[i]) == G_UNICODE_SPACE_SEPARATOR)
            signs[i] = ' ';
    }
    if (!strange)
        spaced = g_ucs4_to_utf8(signs, count, NULL, NULL, NULL);
    OPENSSL_cleanse(signs, (gsize)count * sizeof *signs);
    g_free(signs);
    if (spaced != NULL)
        composed = g_utf8_normalize(spaced, -1, G_NORMALIZE_DEFAULT_COMPOSE);
    exeat_secret_free(spaced);
    if (composed != NULL && strlen(composed) > EXEAT_PASSWORD_BYTES)
        g_clear_pointer(&composed, exeat_secret_free);
    return composed;
}

static guint
password_kinds(const char *text)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    glong count = 0;
    gunichar *signs = g_utf8_to_ucs4_fast(text, -1, &count);

    for (glong i = 0; i < count; i++)
        g_hash_table_add(seen, GUINT_TO_POINTER(signs[i]));
    OPENSSL_cleanse(signs, (gsize)count * sizeof *signs);
    g_free(signs);
    return g_hash_table_size(seen);
}

/* True if @text is @word, once or several times. */
static bool
password_repeats(const char *text, const char *word)
{
    gsize length = strlen(word);

    do {
        if (!g_str_has_prefix(text, word))
            return false;
        text += length;
    } while (*text != '\0');
    return true;
}

static bool
password_is_common(const char *folded)
{
    g_autofree char *letters = g_malloc0(strlen(folded) + 1);
    gsize length = 0;
    bool common = password_kinds(folded) < LETTERS_LEAST;

    for (const char *at = folded; *at != '\0'; at++) {
        if (!g_ascii_isdigit(*at) && !g_ascii_ispunct(*at) && *at != ' ')
            letters[length++] = *at;
    }
    /* Digits alone are a date or a telephone number. */
    common = common || length == 0;
    for (gsize i = 0; i < G_N_ELEMENTS(common_words) && !common; i++)
        common = password_repeats(letters, common_words[i]);
    OPENSSL_cleanse(letters, length);
    return common;
}

/* True if without @part there is hardly anything left. */
static bool
password_leans_on(const char *folded, const char *part)
{
    const char *found = *part != '\0' ? strstr(folded, part) : NULL;

    return found != NULL && g_utf8_strlen(folded, -1) - g_utf8_strlen(part, -1) < BESIDES_LEAST;
}

static bool
password_is_address(const char *folded, const char *address)
{
    g_autofree char *whole = g_utf8_casefold(address, -1);
    g_autofree char *local = g_strdup(whole);
    char *at = strrchr(local, '@');

    if (at != NULL)
        *at = '\0';
    return password_leans_on(folded, whole) || password_leans_on(folded, local);
}

ExeatPasswordFault
exeat_password_judge(const char *password, const char *address)
{
    ExeatPasswordFault fault = EXEAT_PASSWORD_FINE;
    char *prepared, *folded;

    if (strlen(password) > EXEAT_PASSWORD_BYTES)
        return EXEAT_PASSWORD_LONG;
    prepared = password_prepare(password);
    if (prepared == NULL)
        return EXEAT_PASSWORD_STRANGE;
    folded = g_utf8_casefold(prepared, -1);
    if (g_utf8_strlen(prepared, -1) < EXEAT_PASSWORD_LEAST)
        fault = EXEAT_PASSWORD_SHORT;
    else if (password_is_address(folded, address))
        fault = EXEAT_PASSWORD_ADDRESS;
    else if (password_is_common(folded))
        fault = EXEAT_PASSWORD_COMMON;
    exeat_secret_free(prepared);
    exeat_secret_free(folded);
    return fault;
}

char *
exeat_password_setting(guint cost)
{
    /* libxcrypt takes its own randomness from the system. */
    char *made = crypt_gensalt_ra(PASSWORD_METHOD, cost, NULL, 0), *setting = g_strdup(made);

    free(made);
    return setting;
}

/* NULL if libxcrypt will not. (transfer full) */
static char *
password_crypt(const char *prepared, const char *setting)
{
    void *data = NULL;
    int size = 0;
    const char *made = crypt_ra(prepared, setting, &data, &size);
    /* What begins with a star is no hash but a failure. */
    char *hash = made != NULL && *made != '*' ? g_strdup(made) : NULL;

    if (data != NULL)
        OPENSSL_cleanse(data, (gsize)size);
    free(data);
    return hash;
}

char *
exeat_password_hash(const char *password, guint cost)
{
    g_autofree char *setting = exeat_password_setting(cost);
    char *prepared = password_prepare(password), *hash = NULL;

    if (prepared != NULL && setting != NULL)
        hash = password_crypt(prepared, setting);
    exeat_secret_free(prepared);
    return hash;
}

bool
exeat_password_check(const char *password, const char *hash)
{
    char *prepared = password_prepare(password);
    g_autofree char *made = password_crypt(prepared != NULL ? prepared : "", hash);
    gsize length = made != NULL ? strlen(made) : 0;
    bool right = prepared != NULL && length > 0 && length == strlen(hash) && CRYPTO_memcmp(made, hash, length) == 0;

    exeat_secret_free(prepared);
    return right;
}

bool
exeat_password_is_dated(const char *hash, const char *setting)
{
    /* "$y$j9T$SALT…": the method and its parameters end with the third sign. */
    const char *end = setting;

    for (guint i = 0; i < 3 && end != NULL; i++)
        end = strchr(end + (i > 0), '$');
    return end == NULL || strncmp(hash, setting, (gsize)(end - setting) + 1) != 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The option tables and what is made of them. What one row cannot say (hours that cannot be read, a reminder after its
 * deadline, an address without a domain) is checked when the file is read, so that `exeat check` finds it.
 */
#include "quarantine/settings.h"

#include <string.h>

#include "policies/school.h"
#include "quarantine/keygen.h"
#include "quarantine/secret.h"

#define KEYS EXEAT_SYSCONFDIR "/keys/"
#define HOUR 3600
#define DAY (24 * HOUR)

/* Beyond the time-out of one delivery, for what the clerk does before and after it. */
#define LEASE_MARGIN 120

#define FIELD(member) .offset = offsetof(ExeatQuarantineSettings, member)
static const ExeatOption quarantine_options[] = {
    {.key = "store",
     .type = EXEAT_OPTION_TEXT,
     FIELD(store),
     .fallback = EXEAT_STATEDIR "/quarantine.db",
     .help =
         "The file that held letters are kept in, in a folder of its own that exeatd and exeat-office may write to."},
    {.key = "certificates",
     .type = EXEAT_OPTION_LIST,
     FIELD(certificates),
     .fallback = KEYS "quarantine.crt",
     .help = "Certificates that letters are sealed for. The first is that of private_key; others are for a safe."},
    {.key = "private_key",
     .type = EXEAT_OPTION_TEXT,
     FIELD(private_key),
     .fallback = KEYS "quarantine.key",
     .help = "The key that opens held letters. Only exeat-office may read it, never exeatd."},
    {.key = "token_key",
     .type = EXEAT_OPTION_TEXT,
     FIELD(token_key),
     .fallback = KEYS "token.key",
     .help = "The key of the tokens that let a released letter through the gate; exeatd and exeat-office share it."},
    {.key = "deadline",
     .type = EXEAT_OPTION_DURATION,
     FIELD(deadline),
     .fallback = "18h",
     .min = 60,
     .max = 60 * DAY,
     .help = "Working time after which a letter that nobody decided on goes back to its sender."},
    {.key = "reminder",
     .type = EXEAT_OPTION_DURATION,
     FIELD(reminder),
     .fallback = "4h",
     .max = 60 * DAY,
     .help = "Working time before the deadline at which those who decide are reminded; 0s: never."},
    {.key = "retention",
     .type = EXEAT_OPTION_DURATION,
     FIELD(retention),
     .fallback = "183d",
     .min = DAY,
     .max = (gint64)20 * 366 * DAY,
     .help = "How long a letter is kept after the last of its recipients was decided on."},
    {.key = "max_letter",
     .type = EXEAT_OPTION_SIZE,
     FIELD(max_letter),
     .fallback = "64M",
     .min = 64 * 1024,
     .max = EXEAT_STORE_LETTER_LIMIT,
     .help = "The largest letter that is held; a larger one is refused for the time being."},
    {.key = "two_people",
     .type = EXEAT_OPTION_BOOL,
     FIELD(two_people),
     .fallback = "yes",
     .help = "Whether a letter about safeguarding is opened and decided on by two people together, where there are "
             "pages in "
             "which they can agree."},
    {.key = "console",
     .type = EXEAT_OPTION_TEXT,
     FIELD(console),
     .help = "The address of the office's pages, for links in notices: https://exeat.school.example"},
    {.key = NULL},
};
#undef FIELD

static const char *const tls_choices[] = {"never", "may", "must", NULL};

#define FIELD(member) .offset = offsetof(ExeatDeliveryOptions, member)
static const ExeatOption delivery_options[] = {
    {.key = "relay",
     .type = EXEAT_OPTION_TEXT,
     FIELD(relay),
     .fallback = "smtp://127.0.0.1:10026",
     .help = "Where released letters and notices are handed in, ahead of the DKIM signer."},
    {.key = "hello", .type = EXEAT_OPTION_TEXT, FIELD(hello), .help = "The name in EHLO; otherwise the host's."},
    {.key = "timeout",
     .type = EXEAT_OPTION_DURATION,
     FIELD(timeout),
     .fallback = "5m",
     .min = 1,
     .max = HOUR,
     .help = "How long the delivery of one letter may take."},
    {.key = "give_up",
     .type = EXEAT_OPTION_DURATION,
     FIELD(give_up),
     .fallback = "2d",
     .min = 60,
     .max = 30 * DAY,
     .help = "How long a released letter is tried that meets only temporary failures."},
    {.key = "interval",
     .type = EXEAT_OPTION_DURATION,
     FIELD(interval),
     .fallback = "10s",
     .min = 1,
     .max = HOUR,
     .help = "How often exeat-office looks for work."},
    {.key = "from",
     .type = EXEAT_OPTION_TEXT,
     FIELD(from),
     .fallback = "exeat@localhost",
     .help = "The address that notices come from."},
    {.key = "postmaster",
     .type = EXEAT_OPTION_TEXT,
     FIELD(postmaster),
     .fallback = "postmaster@localhost",
     .help = "Who hears what nobody else can be told."},
    {.key = "tls",
     .type = EXEAT_OPTION_CHOICE,
     FIELD(tls),
     .fallback = "may",
     .choices = tls_choices,
     .help =
         "Whether the relay is spoken to in TLS: never, if it offers it, or not at all without a good certificate."},
    {.key = "ca_file",
     .type = EXEAT_OPTION_TEXT,
     FIELD(ca_file),
     .help = "Certificate authorities that the relay's certificate may come from; otherwise the system's."},
    {.key = "user", .type = EXEAT_OPTION_TEXT, FIELD(user), .help = "The login at the relay, where it wants one."},
    {.key = "password_file",
     .type = EXEAT_OPTION_TEXT,
     FIELD(password_file),
     .help = "A file with the password in its first line, which only exeat-office may read."},
    {.key = NULL},
};
#undef FIELD

#define FIELD(member) .offset = offsetof(ExeatHoursSettings, member)
#define WEEKDAY(name, number, hours)                                                                \
    {                                                                                               \
        .key = name, .type = EXEAT_OPTION_TEXT, FIELD(days[number]), .fallback = hours,             \
        .help = "Working hours: 08:00-17:00, several with spaces between them, \"\" for a day off." \
    }
static const ExeatOption hours_options[] = {
    {.key = "zone", .type = EXEAT_OPTION_TEXT, FIELD(zone), .fallback = "Europe/London", .help = "The time zone."},
    WEEKDAY("monday", 0, "08:00-17:00"),
    WEEKDAY("tuesday", 1, "08:00-17:00"),
    WEEKDAY("wednesday", 2, "08:00-17:00"),
    WEEKDAY("thursday", 3, "08:00-17:00"),
    WEEKDAY("friday", 4, "08:00-17:00"),
    WEEKDAY("saturday", 5, NULL),
    WEEKDAY("sunday", 6, NULL),
    {.key = "terms",
     .type = EXEAT_OPTION_LIST,
     FIELD(terms),
     .help = "Terms: { 2026-09-02..2026-12-18 }. Without any, the whole year is term."},
    {.key = "closed",
     .type = EXEAT_OPTION_LIST,
     FIELD(closed),
     .help = "Days off within terms: half term, INSET days, bank holidays: { 2026-10-26..2026-10-30, 2026-11-27 }."},
    {.key = NULL},
};
#undef FIELD

static const char *const notify_choices[] = {"at-once", "digest", "both", NULL};

#define FIELD(member) .offset = offsetof(ExeatRoleSettings, member)
static const ExeatOption role_options[] = {
    {.key = "people",
     .type = EXEAT_OPTION_LIST,
     FIELD(people),
     .required = true,
     .help = "The addresses of those who have this role."},
    {.key = "deputies",
     .type = EXEAT_OPTION_LIST,
     FIELD(deputies),
     .help = "Those who stand in for them; told as well."},
    {.key = "notify",
     .type = EXEAT_OPTION_CHOICE,
     FIELD(notify),
     .fallback = "at-once",
     .choices = notify_choices,
     .help =
         "How they hear that a letter waits for them: by a mail for each at once, by a digest at set times, or both. "
         "Reminders before a deadline come in any case."},
    {.key = "digest",
     .type = EXEAT_OPTION_LIST,
     FIELD(digest),
     .help = "Times of digests on working days, with notify = digest or both: { \"08:15\", \"13:00\" }. Nothing waits, "
             "no mail."},
    {.key = NULL},
};
#undef FIELD

static void
settings_check_quarantine(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    const ExeatQuarantineSettings *settings = fields;

    (void)title;
    if (settings->certificates[0] == NULL)
        exeat_config_errors_add(errors, place, "quarantine.certificates", "Make one with exeat keygen",
                                "there is no certificate to seal letters for");
    if (settings->reminder >= settings->deadline)
        exeat_config_errors_add(errors, place, "quarantine.reminder", "Make it shorter than the deadline, or 0s",
                                "the reminder would come before the letter");
    if (settings->console != NULL && !g_str_has_prefix(settings->console, "https://"))
        exeat_config_errors_add(errors, place, "quarantine.console", "Write https://HOST",
                                "the office is reached over https alone");
}

static void
settings_check_address(const char *address, const char *option, const ExeatConfigPlace *place,
                       ExeatConfigErrors *errors)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;

    if (at == NULL || at == address || at[1] == '\0' || strpbrk(address, " <>\t\r\n") != NULL)
        exeat_config_errors_add(errors, place, option, "Write an address: name@school.example",
                                "this is no mail address");
}

static void
settings_check_delivery(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    const ExeatDeliveryOptions *settings = fields;

    (void)title;
    settings_check_address(settings->from, "delivery.from", place, errors);
    settings_check_address(settings->postmaster, "delivery.postmaster", place, errors);
    if (!g_str_has_prefix(settings->relay, "smtp://") && !g_str_has_prefix(settings->relay, "smtps://"))
        exeat_config_errors_add(errors, place, "delivery.relay", "Write smtp://HOST:PORT or smtps://HOST",
                                "this is no relay");
    if ((settings->user == NULL) != (settings->password_file == NULL))
        exeat_config_errors_add(errors, place, "delivery.user", "Set both user and password_file, or neither",
                                "a login needs a name and a password");
}

static ExeatClockHours
settings_hours(const ExeatHoursSettings *settings)
{
    ExeatClockHours hours = {.zone = settings->zone,
                             .terms = (const char *const *)settings->terms,
                             .closed = (const char *const *)settings->closed};

    for (guint i = 0; i < G_N_ELEMENTS(hours.days); i++)
        hours.days[i] = settings->days[i];
    return hours;
}

static void
settings_check_hours(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    ExeatClockHours hours = settings_hours(fields);
    g_autoptr(ExeatClock) clock = NULL;
    g_autoptr(GError) error = NULL;

    (void)title;
    if (!exeat_clock_new(&hours, &clock, &error))
        exeat_config_errors_add(errors, place, "hours", "See exeat.conf(5), hours", "%s", error->message);
}

static void
settings_check_digest(const ExeatRoleSettings *settings, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    g_autoptr(GArray) minutes = NULL;
    g_autoptr(GError) error = NULL;

    if (!exeat_clock_parse_times((const char *const *)settings->digest, &minutes, &error))
        exeat_config_errors_add(errors, place, "role.digest", "Write times: { \"08:15\", \"13:00\" }", "%s",
                                error->message);
    else if (minutes->len == 0 && settings->notify != EXEAT_NOTIFY_AT_ONCE)
        exeat_config_errors_add(errors, place, "role.digest", "Write when: { \"08:15\" }",
                                "a digest is asked for, and no time is set");
    else if (minutes->len > 0 && settings->notify == EXEAT_NOTIFY_AT_ONCE)
        exeat_config_errors_add(errors, place, "role.notify", "Set notify = digest or both",
                                "times of a digest are set that nobody is sent");
}

static void
settings_check_role(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    const ExeatRoleSettings *settings = fields;

    (void)title;
    for (gsize i = 0; settings->people[i] != NULL; i++)
        settings_check_address(settings->people[i], "role.people", place, errors);
    for (gsize i = 0; settings->deputies[i] != NULL; i++)
        settings_check_address(settings->deputies[i], "role.deputies", place, errors);
    settings_check_digest(settings, place, errors);
}

static const ExeatOption *const quarantine_tables[] = {quarantine_options, NULL};
static const ExeatOption *const delivery_tables[] = {delivery_options, NULL};
static const ExeatOption *const hours_tables[] = {hours_options, NULL};
static const ExeatOption *const role_tables[] = {role_options, NULL};

const ExeatBlock exeat_quarantine_blocks[] = {
    {.name = "quarantine",
     .size = sizeof(ExeatQuarantineSettings),
     .tables = quarantine_tables,
     .check = settings_check_quarantine,
     .help = "Where held letters are kept, and for how long"},
    {.name = "delivery",
     .size = sizeof(ExeatDeliveryOptions),
     .tables = delivery_tables,
     .check = settings_check_delivery,
     .help = "How released letters and notices are sent"},
    {.name = "hours",
     .size = sizeof(ExeatHoursSettings),
     .tables = hours_tables,
     .check = settings_check_hours,
     .help = "The school's clock: when somebody is there to decide"},
    {.name = "role",
     .titled = true,
     .size = sizeof(ExeatRoleSettings),
     .tables = role_tables,
     .check = settings_check_role,
     .help = "Who decides: headteacher, deputy, chair, dpo, dsl, monitor. A head's own letter goes to the chair"},
    {.name = NULL},
};

static ExeatDeciders *
settings_deciders(const ExeatConfig *config)
{
    ExeatDeciders *deciders = exeat_deciders_new();

    for (guint i = 0; i < exeat_config_titled_count(config, "role"); i++) {
        const char *title = NULL;
        const ExeatRoleSettings *role = exeat_config_titled(config, "role", i, &title);

        g_autoptr(GArray) minutes = NULL;

        exeat_deciders_add(deciders, title, (const char *const *)role->people, (const char *const *)role->deputies);
        if (exeat_clock_parse_times((const char *const *)role->digest, &minutes, NULL))
            exeat_deciders_set_notify(deciders, title, (ExeatNotify)role->notify, minutes);
    }
    return deciders;
}

/* What is in @setup so far is owned by it: handed over on success, freed on failure. */
static bool
settings_open_parts(const ExeatConfig *config, ExeatQuarantineAccess access, ExeatQuarantineSetup *setup,
                    GError **error)
{
    const ExeatQuarantineSettings *settings = exeat_config_block(config, "quarantine");
    ExeatClockHours hours = settings_hours(exeat_config_block(config, "hours"));

    setup->deciders = settings_deciders(config);
    return exeat_clock_new(&hours, &setup->clock, error) &&
           exeat_sealer_new((const char *const *)settings->certificates, &setup->sealer, error) &&
           (access != EXEAT_ACCESS_READ ||
            exeat_opener_new(settings->private_key, settings->certificates[0], &setup->opener, error)) &&
           exeat_store_open(settings->store, access == EXEAT_ACCESS_GATE ? EXEAT_STORE_CREATE : EXEAT_STORE_OPEN,
                            &setup->store, error);
}

static bool
settings_open(const ExeatConfig *config, ExeatQuarantineAccess access, GBytes *repeat_key,
              ExeatQuarantine **out_quarantine, GError **error)
{
    const ExeatQuarantineSettings *settings = exeat_config_block(config, "quarantine");
    const ExeatDeliveryOptions *delivery = exeat_config_block(config, "delivery");
    const ExeatSchool *school = exeat_config_block(config, "school");
    ExeatQuarantineSetup setup = {.repeat_key = repeat_key,
                                  .from = delivery->from,
                                  .postmaster = delivery->postmaster,
                                  .console = settings->console,
                                  .inside = (const char *const *)school->domains,
                                  .language = exeat_languages[school->language],
                                  .max_letter = settings->max_letter,
                                  .deadline = settings->deadline,
                                  .reminder = settings->reminder,
                                  /* Where there are no pages nobody could agree. */
                                  .two_people = settings->two_people && settings->console != NULL};

    if (!settings_open_parts(config, access, &setup, error)) {
        exeat_deciders_free(setup.deciders);
        exeat_clock_free(setup.clock);
        exeat_sealer_free(setup.sealer);
        exeat_opener_free(setup.opener);
        return false;
    }
    *out_quarantine = exeat_quarantine_new(&setup);
    return true;
}

bool
exeat_quarantine_open(const ExeatConfig *config, ExeatQuarantineAccess access, ExeatQuarantine **out_quarantine,
                      GError **error)
{
    return settings_open(config, access, NULL, out_quarantine, error);
}

static bool
settings_token_key(const ExeatConfig *config, GBytes **out_key, GError **error)
{
    const ExeatQuarantineSettings *settings = exeat_config_block(config, "quarantine");

    return exeat_secret_load_hex(settings->token_key, EXEAT_TOKEN_KEY_BYTES, out_key, error);
}

bool
exeat_quarantine_open_gate(const ExeatConfig *config, ExeatQuarantine **out_quarantine, GBytes **out_token_key,
                           GError **error)
{
    g_autoptr(GBytes) key = NULL;

    if (!settings_token_key(config, &key, error) ||
        !settings_open(config, EXEAT_ACCESS_GATE, key, out_quarantine, error))
        return false;
    *out_token_key = g_steal_pointer(&key);
    return true;
}

bool
exeat_quarantine_open_deliverer(const ExeatConfig *config, ExeatDeliverer **out_deliverer, GError **error)
{
    const ExeatDeliveryOptions *delivery = exeat_config_block(config, "delivery");
    ExeatDeliverySettings settings = {.relay = delivery->relay,
                                      .hello = delivery->hello,
                                      .timeout = delivery->timeout,
                                      .tls = (ExeatTls)delivery->tls,
                                      .ca_file = delivery->ca_file,
                                      .user = delivery->user,
                                      .password_file = delivery->password_file};

    return exeat_deliverer_new(&settings, out_deliverer, error);
}

bool
exeat_quarantine_open_clerk(const ExeatConfig *config, ExeatQuarantine *quarantine, ExeatDeliverer *deliverer,
                            ExeatClerk **out_clerk, GError **error)
{
    const ExeatQuarantineSettings *settings = exeat_config_block(config, "quarantine");
    const ExeatDeliveryOptions *delivery = exeat_config_block(config, "delivery");
    g_autoptr(GBytes) key = NULL;
    ExeatClerkSetup setup = {.quarantine = quarantine,
                             .deliverer = deliverer,
                             .lease = delivery->timeout + LEASE_MARGIN,
                             .give_up = delivery->give_up,
                             .retention = settings->retention};

    if (!settings_token_key(config, &key, error))
        return false;
    setup.token_key = key;
    *out_clerk = exeat_clerk_new(&setup);
    return true;
}

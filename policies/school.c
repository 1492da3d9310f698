/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/school.h"

#include <gio/gio.h>
#include <string.h>

#include "base/config.h"

const char *const exeat_languages[] = {"en", "cy", "both", NULL};
static const char *const already_signed[] = {"hold", "rewrite", NULL};

/* Mail to these goes over an agreed encrypted path (NHSmail's secure standard, the criminal justice system's). */
static const char *const secure_everywhere[] = {"nhs.net", "cjsm.net", NULL};

#define FIELD(name) .offset = offsetof(ExeatSchool, name)
static const ExeatOption school_options[] = {
    {.key = "name",
     .type = EXEAT_OPTION_TEXT,
     FIELD(name),
     .required = true,
     .help = "The school's name, as letters to staff give it."},
    {.key = "domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(domains),
     .required = true,
     .help = "Every mail domain of the school and its trust; subdomains are included."},
    {.key = "pupil_domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(pupil_domains),
     .help = "Domains where pupils have their school accounts; they are inside too."},
    {.key = "partner_domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(partner_domains),
     .help = "Outside domains that the school works with: the local authority, exam boards."},
    {.key = "secure_domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(secure_domains),
     .help = "Outside domains to which mail travels encrypted by agreement. nhs.net and cjsm.net are always in."},
    {.key = "personal_domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(personal_domains),
     .help = "Further domains where people have private mailboxes, beside the built-in list of public providers."},
    {.key = "work_domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(work_domains),
     .help = "Domains of the built-in list that are nobody's private mailbox here."},
    {.key = "phones",
     .type = EXEAT_OPTION_LIST,
     FIELD(phones),
     .help = "The school's own telephone numbers, mobiles too."},
    {.key = "postcodes", .type = EXEAT_OPTION_LIST, FIELD(postcodes), .help = "Postcodes of the school's own sites."},
    {.key = "numbers",
     .type = EXEAT_OPTION_LIST,
     FIELD(numbers),
     .help = "Other numbers that are the school's own: bank account, sort code, charity or centre number."},
    {.key = "names",
     .type = EXEAT_OPTION_LIST,
     FIELD(names),
     .help = "Buildings, houses, prizes and trusts that sound like people, for example \"Nelson House\"."},
    {.key = "trusted_clients",
     .type = EXEAT_OPTION_LIST,
     FIELD(trusted_clients),
     .fallback = "127.0.0.0/8, ::1",
     .help =
         "Addresses or networks whose mail needs no sign-in: a printer, the MIS, a cloud mail service's connector."},
    {.key = "trusted_certificates",
     .type = EXEAT_OPTION_LIST,
     FIELD(trusted_certificates),
     .help = "Names in TLS client certificates whose mail needs no sign-in."},
    {.key = "language",
     .type = EXEAT_OPTION_CHOICE,
     FIELD(language),
     .fallback = "en",
     .choices = exeat_languages,
     .help = "The language of notices: English, Welsh or both."},
    {.key = "already_signed",
     .type = EXEAT_OPTION_CHOICE,
     FIELD(already_signed),
     .fallback = "hold",
     .choices = already_signed,
     .help = "A letter that is to be rewritten but bears a DKIM signature of the school's own, which that would break: "
             "hold it, or rewrite it and remove the signature, for a signer behind exeat to sign anew."},
    {.key = NULL},
};
static const ExeatOption *const school_tables[] = {school_options, NULL};

static bool
looks_like_domain(const char *text)
{
    return strchr(text, '.') && !strpbrk(text, "@/: ");
}

static void
check_domains(char **domains, const char *option, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    for (char **domain = domains; *domain; domain++) {
        if (!looks_like_domain(*domain)) {
            exeat_config_errors_add(errors, place, option, "Write a mail domain such as oakfield.sch.uk",
                                    "\"%s\" is no domain", *domain);
            continue;
        }
        char *normal = exeat_domain_normalise(*domain);
        g_free(*domain);
        *domain = normal;
    }
}

static void
check_networks(char **networks, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    for (char **network = networks; *network; network++) {
        g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(*network, NULL);
        if (!mask)
            exeat_config_errors_add(errors, place, "school.trusted_clients", "Write 192.0.2.7 or 192.0.2.0/24",
                                    "\"%s\" is neither an IP address nor a network", *network);
    }
}

static void
school_check(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    (void)title;
    ExeatSchool *school = fields;
    check_domains(school->domains, "school.domains", place, errors);
    check_domains(school->pupil_domains, "school.pupil_domains", place, errors);
    check_domains(school->partner_domains, "school.partner_domains", place, errors);
    check_domains(school->secure_domains, "school.secure_domains", place, errors);
    check_domains(school->personal_domains, "school.personal_domains", place, errors);
    check_domains(school->work_domains, "school.work_domains", place, errors);
    check_networks(school->trusted_clients, place, errors);
}

const ExeatBlock exeat_school_block = {
    .name = "school",
    .required = true,
    .size = sizeof(ExeatSchool),
    .tables = school_tables,
    .help = "Who the school is",
    .check = school_check,
};

static bool
domain_in(const char *domain, char **list)
{
    return list && exeat_domain_in_list(domain, (const char *const *)list);
}

bool
exeat_school_is_inside(const ExeatSchool *school, const char *domain)
{
    return domain_in(domain, school->domains) || domain_in(domain, school->pupil_domains);
}

bool
exeat_school_is_secure(const ExeatSchool *school, const char *domain)
{
    return domain_in(domain, school->secure_domains) || exeat_domain_in_list(domain, secure_everywhere);
}

bool
exeat_school_is_personal(const ExeatSchool *school, const char *domain)
{
    if (domain_in(domain, school->work_domains) || exeat_school_is_inside(school, domain))
        return false;
    return domain_in(domain, school->personal_domains) || exeat_domain_is_public_provider(domain);
}

bool
exeat_address_in_networks(const char *address, const char *const *networks)
{
    g_autoptr(GInetAddress) inet = address ? g_inet_address_new_from_string(address) : NULL;
    if (!inet)
        return false;
    for (; *networks; networks++) {
        g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(*networks, NULL);
        if (mask && g_inet_address_mask_matches(mask, inet))
            return true;
    }
    return false;
}

char *
exeat_digits(const char *text)
{
    GString *digits = g_string_new(NULL);
    for (; *text; text++)
        if (g_ascii_isdigit(*text))
            g_string_append_c(digits, *text);
    return g_string_free(digits, FALSE);
}

/* The national form: "+44 (0)20 …" and "0044 20 …" become "020…". */
static const char *
national(const char *digits)
{
    if (g_str_has_prefix(digits, "0044"))
        digits += 4;
    else if (g_str_has_prefix(digits, "44") && strlen(digits) >= 11)
        digits += 2;
    while (*digits == '0')
        digits++;
    return digits;
}

static bool
number_in(const char *digits, char **list)
{
    for (char **own = list; own && *own; own++) {
        g_autofree char *own_digits = exeat_digits(*own);
        if (*own_digits && g_str_equal(national(own_digits), national(digits)))
            return true;
    }
    return false;
}

bool
exeat_school_owns_number(const ExeatSchool *school, const char *digits)
{
    return number_in(digits, school->phones) || number_in(digits, school->numbers);
}

bool
exeat_school_owns_postcode(const ExeatSchool *school, const char *postcode)
{
    for (char **own = school->postcodes; own && *own; own++) {
        g_autoptr(GString) plain = g_string_new(NULL);
        for (const char *c = *own; *c; c++)
            if (g_ascii_isalnum(*c))
                g_string_append_c(plain, g_ascii_toupper(*c));
        if (g_str_equal(plain->str, postcode))
            return true;
    }
    return false;
}

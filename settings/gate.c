/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings/gate.h"

#include <gio/gio.h>

#include "base/config.h"

const char *const exeat_gate_failures[] = {"tempfail", "reject", NULL};

#define FIELD(name) .offset = offsetof(ExeatGateSettings, name)
static const ExeatOption gate_options[] = {
    {.key = "socket",
     .type = EXEAT_OPTION_TEXT,
     FIELD(socket),
     .fallback = "unix:" EXEAT_RUNDIR "/milter.sock",
     .max = 100,
     .help = "Where the MTA connects: unix:PATH (best), or inet:PORT@HOST."},
    {.key = "socket_group",
     .type = EXEAT_OPTION_TEXT,
     FIELD(socket_group),
     .help = "The group that may connect to a UNIX socket: the MTA's, for example postfix."},
    {.key = "user",
     .type = EXEAT_OPTION_TEXT,
     FIELD(user),
     .fallback = "exeat",
     .help = "The user that the gate becomes when root starts it."},
    {.key = "metrics",
     .type = EXEAT_OPTION_TEXT,
     FIELD(metrics),
     .max = 100,
     .help = "Where Prometheus may read counters: unix:PATH, or a port on loopback. Not set: nowhere."},
    {.key = "spool",
     .type = EXEAT_OPTION_TEXT,
     FIELD(spool),
     .fallback = "/var/tmp",
     .help = "The folder in which large letters lie, in files without a name, while they are read."},
    {.key = "memory",
     .type = EXEAT_OPTION_SIZE,
     FIELD(memory),
     .fallback = "1M",
     .min = 4096,
     .max = 1 << 30,
     .help = "How much of one letter stays in memory; the rest goes to the spool."},
    {.key = "shared_memory",
     .type = EXEAT_OPTION_SIZE,
     FIELD(shared),
     .fallback = "24M",
     .max = 1 << 30,
     .help = "How much memory larger letters may take together before the spool is used."},
    {.key = "max_letter",
     .type = EXEAT_OPTION_SIZE,
     FIELD(max_letter),
     .fallback = "64M",
     .min = 65536,
     .max = 1 << 30,
     .help = "Larger letters are refused."},
    {.key = "recipients",
     .type = EXEAT_OPTION_COUNT,
     FIELD(recipients),
     .fallback = "10000",
     .min = 1,
     .max = 100000,
     .help = "Letters to more recipients are refused."},
    {.key = "time_budget",
     .type = EXEAT_OPTION_DURATION,
     FIELD(time_budget),
     .fallback = "20s",
     .min = 1,
     .max = 280,
     .help = "How long one letter may be looked at; what is not read by then counts as not inspected. Keep it below "
             "the MTA's "
             "milter time-out."},
    {.key = "timeout",
     .type = EXEAT_OPTION_DURATION,
     FIELD(timeout),
     .fallback = "2h",
     .min = 10,
     .max = 86400,
     .help = "How long the MTA may be silent on a connection."},
    {.key = "on_failure",
     .type = EXEAT_OPTION_CHOICE,
     FIELD(on_failure),
     .fallback = "tempfail",
     .choices = exeat_gate_failures,
     .help = "What the MTA is answered when a letter cannot be judged: try again later, or refused. It never passes "
             "for that."},
    {.key = "spf_domains",
     .type = EXEAT_OPTION_LIST,
     FIELD(spf_domains),
     .help = "Those of the school's domains whose SPF record must permit this gateway. Empty: none is asked."},
    {.key = "spf_address",
     .type = EXEAT_OPTION_TEXT,
     FIELD(spf_address),
     .help = "The public address from which this gateway sends, as receivers will see it."},
    {.key = "spf_server",
     .type = EXEAT_OPTION_TEXT,
     FIELD(spf_server),
     .help = "The DNS server to ask, ADDRESS or ADDRESS:PORT. Not set: the system's."},
    {.key = "spf_timeout",
     .type = EXEAT_OPTION_DURATION,
     FIELD(spf_timeout),
     .fallback = "5s",
     .min = 1,
     .max = 30,
     .help = "How long one SPF question may take."},
    {.key = NULL},
};
static const ExeatOption *const gate_tables[] = {gate_options, NULL};

static void
gate_check(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    (void)title;
    const ExeatGateSettings *gate = fields;
    if (!g_str_has_prefix(gate->socket, "unix:") && !g_str_has_prefix(gate->socket, "inet:") &&
        !g_str_has_prefix(gate->socket, "inet6:"))
        exeat_config_errors_add(errors, place, "gate.socket",
                                "Write unix:/run/exeat/milter.sock or inet:8891@127.0.0.1", "\"%s\" is no socket",
                                gate->socket);
    if (*gate->spf_domains && (!gate->spf_address || !g_hostname_is_ip_address(gate->spf_address)))
        exeat_config_errors_add(errors, place, "gate.spf_address", "Write spf_address = 192.0.2.7",
                                "SPF is asked for, but not which address this gateway sends from");
}

const ExeatBlock exeat_gate_block = {
    .name = "gate",
    .size = sizeof(ExeatGateSettings),
    .tables = gate_tables,
    .help = "How the gate runs",
    .check = gate_check,
};

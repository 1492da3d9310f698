/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter that does nothing, on libmilter: what every filter on it costs. It answers each step; with "silent" it says
 * that it does not, and with "header" it adds one header field.
 *
 *   noop SOCKET [silent] [header]
 */
#include <libmilter/mfapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct {
    bool silent;
    bool header;
} noop; /* set by main() before there is a thread */

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long unused2, unsigned long unused3,
             unsigned long *out_actions, unsigned long *out_steps, unsigned long *out_unused2,
             unsigned long *out_unused3)
{
    (void)ctx;
    (void)actions;
    (void)unused2;
    (void)unused3;
    *out_actions = noop.header ? SMFIF_ADDHDRS : 0;
    *out_steps = noop.silent ? steps & (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |
                                        SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)
                             : 0;
    *out_unused2 = *out_unused3 = 0;
    return SMFIS_CONTINUE;
}

static sfsistat
go_on(void)
{
    return noop.silent ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
    (void)ctx;
    (void)name;
    (void)address;
    return go_on();
}

static sfsistat
on_text(SMFICTX *ctx, char *text)
{
    (void)ctx;
    (void)text;
    return go_on();
}

static sfsistat
on_address(SMFICTX *ctx, char **arguments)
{
    (void)ctx;
    (void)arguments;
    return go_on();
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
    (void)ctx;
    (void)name;
    (void)value;
    return go_on();
}

static sfsistat
on_step(SMFICTX *ctx)
{
    (void)ctx;
    return go_on();
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
    (void)ctx;
    (void)bytes;
    (void)length;
    return go_on();
}

static sfsistat
on_end(SMFICTX *ctx)
{
    if (noop.header)
        smfi_addheader(ctx, (char[]){"X-Noop"}, (char[]){"1"});
    return SMFIS_CONTINUE;
}

int
main(int argc, char **argv)
{
    struct smfiDesc description = {
        .xxfi_name = (char[]){"noop"},
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = SMFIF_ADDHDRS,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_text,
        .xxfi_envfrom = on_address,
        .xxfi_envrcpt = on_address,
        .xxfi_header = on_header,
        .xxfi_eoh = on_step,
        .xxfi_body = on_body,
        .xxfi_eom = on_end,
        .xxfi_data = on_step,
        .xxfi_negotiate = on_negotiate,
    };
    for (int i = 2; i < argc; i++) {
        noop.silent = noop.silent || strcmp(argv[i], "silent") == 0;
        noop.header = noop.header || strcmp(argv[i], "header") == 0;
    }
    umask(0);
    if (argc < 2 || smfi_register(description) != MI_SUCCESS || smfi_setbacklog(256) != MI_SUCCESS ||
        smfi_setconn(argv[1]) != MI_SUCCESS || smfi_opensocket(true) != MI_SUCCESS) {
        fputs("usage: noop SOCKET [silent] [header]\n", stderr);
        return 2;
    }
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}

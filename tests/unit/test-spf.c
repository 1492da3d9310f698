/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF against a real name server (nsd) on the loopback, started and ended here. Skipped where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "message/spf.h"

typedef struct Server {
    char *directory;
    char *address;
    pid_t pid;
    int silent; /* a socket that never answers */
    char *silent_address;
} Server;

static const char zone[] = "$ORIGIN test.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\n"
                           "pass TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
                           "split TXT \"v=spf1 ip4:\" \"192.0.2.1 -all\"\n"
                           "soft TXT \"v=spf1 ip4:192.0.2.1 ~all\"\n"
                           "neutral TXT \"v=spf1 ?all\"\n"
                           "none TXT \"something else\"\n"
                           "redirect TXT \"v=spf1 redirect=pass.test\"\n"
                           "include TXT \"v=spf1 include:pass.test ~all\"\n"
                           "loop TXT \"v=spf1 include:loop.test -all\"\n"
                           "broken TXT \"v=spf1 ip4:nonsense -all\"\n"
                           "two TXT \"v=spf1 -all\"\ntwo TXT \"v=spf1 +all\"\n"
                           "a TXT \"v=spf1 a -all\"\na A 192.0.2.7\n"
                           "mx TXT \"v=spf1 mx -all\"\nmx MX 10 host.mx\nhost.mx A 192.0.2.8\n"
                           "six TXT \"v=spf1 ip6:2001:db8::/32 -all\"\n"
                           "exists TXT \"v=spf1 exists:%{l}.exists.test -all\"\njane.exists A 127.0.0.2\n";

static int
udp_socket(guint16 *out_port)
{
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    assert_true(s >= 0);
    assert_int_equal(bind(s, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(s, (struct sockaddr *)&at, &length), 0);
    *out_port = ntohs(at.sin_port);
    return s;
}

/* Asks for the zone's SOA until the server answers. */
static bool
wait_for_server(guint16 port)
{
    static const unsigned char question[] = "\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x04test\0\0\x06\0\x01";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval wait = {.tv_usec = 100000};
    guint16 own;
    int s = udp_socket(&own);
    bool answered = false;
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    gint64 until = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    while (!answered && g_get_monotonic_time() < until) {
        unsigned char reply[512];
        sendto(s, question, sizeof question - 1, 0, (struct sockaddr *)&to, sizeof to);
        answered = recv(s, reply, sizeof reply, 0) > 12 && (reply[3] & 0x0F) == 0;
    }
    close(s);
    return answered;
}

static void
start_nsd(Server *server, const char *program, guint16 port)
{
    g_autofree char *zone_file = g_build_filename(server->directory, "zone", NULL);
    g_autofree char *conf_file = g_build_filename(server->directory, "nsd.conf", NULL);
    g_autofree char *conf = g_strdup_printf(
        "server:\n ip-address: 127.0.0.1@%u\n username: \"\"\n chroot: \"\"\n zonesdir: \"%s\"\n database: \"\"\n "
        "pidfile: \"%s/pid\"\n"
        " xfrdfile: \"%s/xfrd\"\n zonelistfile: \"%s/list\"\n xfrdir: \"%s\"\n logfile: \"%s/log\"\n server-count: 1\n"
        "remote-control:\n control-enable: no\nzone:\n name: test\n zonefile: \"%s\"\n",
        port, server->directory, server->directory, server->directory, server->directory, server->directory,
        server->directory, zone_file);
    assert_true(g_file_set_contents(zone_file, zone, -1, NULL));
    assert_true(g_file_set_contents(conf_file, conf, -1, NULL));
    server->pid = fork();
    assert_true(server->pid >= 0);
    if (server->pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, 1);
        dup2(null, 2);
        execl(program, program, "-d", "-c", conf_file, (char *)NULL);
        _exit(127);
    }
}

static int
start(void **state)
{
    Server *server = g_new0(Server, 1);
    guint16 port;
    *state = server;
    server->silent = udp_socket(&port);
    server->silent_address = g_strdup_printf("127.0.0.1:%u", port);
    server->directory = g_dir_make_tmp("exeat-spf-XXXXXX", NULL);
    g_autofree char *found = g_find_program_in_path("nsd");
    const char *program = found != NULL ? found : "/usr/sbin/nsd";
    if (g_access(program, X_OK) != 0)
        return 0;
    close(udp_socket(&port));
    start_nsd(server, program, port);
    if (wait_for_server(port))
        server->address = g_strdup_printf("127.0.0.1:%u", port);
    return 0;
}

static void
remove_all(const char *path)
{
    GDir *directory = g_dir_open(path, 0, NULL);
    const char *name;
    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        if (g_remove(file) != 0)
            remove_all(file);
    }
    if (directory != NULL)
        g_dir_close(directory);
    g_rmdir(path);
}

static int
stop(void **state)
{
    Server *server = *state;
    if (server->pid > 0) {
        kill(server->pid, SIGTERM);
        waitpid(server->pid, NULL, 0);
    }
    close(server->silent);
    remove_all(server->directory);
    g_free(server->directory);
    g_free(server->address);
    g_free(server->silent_address);
    g_free(server);
    return 0;
}

static void
test_results(void **state)
{
    const Server *server = *state;
    if (server->address == NULL)
        skip();
    static const struct {
        const char *domain, *address;
        ExeatSpf want;
    } rows[] = {
        {"pass.test", "192.0.2.1", EXEAT_SPF_PASS},        {"pass.test", "192.0.2.2", EXEAT_SPF_FAIL},
        {"pass.test", "::ffff:192.0.2.1", EXEAT_SPF_PASS}, {"split.test", "192.0.2.1", EXEAT_SPF_PASS},
        {"soft.test", "192.0.2.2", EXEAT_SPF_SOFTFAIL},    {"neutral.test", "192.0.2.2", EXEAT_SPF_NEUTRAL},
        {"none.test", "192.0.2.1", EXEAT_SPF_NONE},        {"absent.test", "192.0.2.1", EXEAT_SPF_NONE},
        {"redirect.test", "192.0.2.1", EXEAT_SPF_PASS},    {"redirect.test", "192.0.2.2", EXEAT_SPF_FAIL},
        {"include.test", "192.0.2.1", EXEAT_SPF_PASS},     {"include.test", "192.0.2.2", EXEAT_SPF_SOFTFAIL},
        {"loop.test", "192.0.2.1", EXEAT_SPF_PERMERROR},   {"broken.test", "192.0.2.1", EXEAT_SPF_PERMERROR},
        {"two.test", "192.0.2.1", EXEAT_SPF_PERMERROR},    {"a.test", "192.0.2.7", EXEAT_SPF_PASS},
        {"a.test", "192.0.2.8", EXEAT_SPF_FAIL},           {"mx.test", "192.0.2.8", EXEAT_SPF_PASS},
        {"mx.test", "192.0.2.9", EXEAT_SPF_FAIL},          {"six.test", "2001:db8::1", EXEAT_SPF_PASS},
        {"six.test", "2001:db9::1", EXEAT_SPF_FAIL},       {"exists.test", "192.0.2.1", EXEAT_SPF_PASS},
        {"pass.test", "nonsense", EXEAT_SPF_UNKNOWN},
    };
    g_autoptr(ExeatSpfResolver) resolver = NULL;
    assert_true(exeat_spf_resolver_new(server->address, 5000, &resolver, NULL));
    for (guint round = 0; round < 2; round++) /* the second from the cache */
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            ExeatSpf got = exeat_spf_check(resolver, rows[i].address, rows[i].domain, "jane@elsewhere.example");
            if (got != rows[i].want)
                fail_msg("%s from %s: %s, not %s", rows[i].domain, rows[i].address, exeat_spf_name(got),
                         exeat_spf_name(rows[i].want));
        }
}

static void
test_timeout(void **state)
{
    const Server *server = *state;
    g_autoptr(ExeatSpfResolver) resolver = NULL;
    assert_true(exeat_spf_resolver_new(server->silent_address, 100, &resolver, NULL));
    gint64 begin = g_get_monotonic_time();
    assert_int_equal(exeat_spf_check(resolver, "192.0.2.1", "pass.test", "a@pass.test"), EXEAT_SPF_TEMPERROR);
    assert_true(g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC);
}

static void
test_bad_server(void **state)
{
    (void)state;
    ExeatSpfResolver *resolver = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(exeat_spf_resolver_new("not an address", 100, &resolver, &error));
    assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG));
    assert_null(resolver);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_bad_server),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

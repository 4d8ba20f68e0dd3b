package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.output.Terminal;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingVerbsTest {
    private static final String WEB = """
            {"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"web","type":"docker-container","image":"nginx:1.27",
             "nodeId":"node-1","status":"Running","desired":"running","statusSince":"2020-01-02T03:04:05.678Z",
             "publishedPorts":[{"container":80,"protocol":"tcp","host":8080}],"reason":"ContainerRunning",
             "message":"running","oomKilled":false,"restartCount":2,"restartAttempts":0,"generation":1,
             "command":["sh","-c","sleep 9"],"args":[],"entrypoint":[],"envVars":{"KEY":"hunter2"},
             "resources":{"cpu":0.5,"memory":256},"limits":{"memory":512},
             "ports":[{"container":80,"host":8080,"protocol":"tcp"}],
             "volumes":[{"source":"/srv","target":"/data","readOnly":true}],"restartPolicy":"always",
             "labels":{"team":"a"},"constraints":{},"stopGracePeriod":"10s","pullPolicy":"missing","logs":"one\\ntwo\\n",
             "createdAt":"2020-01-02T03:04:05.678Z","version":1,"revision":7}""";
    private static final String JOB = """
            {"id":"6f2c1f0e-9999-4a4b-9d30-0d5f6f9a1b2c","name":"job","image":"busybox","nodeId":null,"status":"Failed",
             "reason":"ExitedWithError","message":"exited with code 3","exitCode":3,"restartCount":0,
             "createdAt":"2020-01-02T03:04:05Z"}""";
    private static final String DONE = """
            {"id":"aaaaaaaa-9999-4a4b-9d30-0d5f6f9a1b2c","name":"job","image":"busybox","nodeId":"node-1",
             "status":"Exited","reason":"Completed","message":"exited with code 0","exitCode":0,
             "createdAt":"2020-01-02T03:04:05Z"}""";
    private static final Map<String, String> NODE_SAYS =
            Map.of("Persys-Log-Source", "node", "Persys-Container", "aaaa");

    private static final String NODE = """
            {"nodeId":"node-1","ipAddress":"192.168.1.10","hostname":"worker-1","status":"Draining","draining":true,
             "statusSince":"2020-01-02T03:04:05Z","availableCpu":2.5,"availableMemory":8192,"agentPort":8086,
             "total":{"cpu":4,"memory":16000},"labels":{"disk":"ssd"},"os":"Debian","kernel":"6.1.0",
             "architecture":"amd64","dockerVersion":"20.10.24","agentVersion":"0.1.0",
             "lastHeartbeat":"2020-01-02T03:04:05Z","registeredAt":"2020-01-02T03:04:05Z",
             "reserved":{"cpu":0.5,"memory":256},"free":{"cpu":3.5,"memory":15744},"workloads":1,"revision":3}""";

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void portsAreShownWhereTheyAreReached() {
        String more = WEB.replace(
                        "{\"container\":80,\"protocol\":\"tcp\",\"host\":8080}",
                        "{\"container\":80,\"protocol\":\"tcp\",\"host\":8080},"
                                + "{\"container\":53,\"protocol\":\"udp\",\"host\":5353}")
                .replace(
                        "{\"container\":80,\"host\":8080,\"protocol\":\"tcp\"}",
                        "{\"container\":80,\"host\":8080,\"protocol\":\"tcp\"},"
                                + "{\"container\":53,\"protocol\":\"udp\",\"address\":\"::1\"}");
        scheduler.json("GET /workloads/web", more).json("GET /nodes/node-1", NODE);

        assertThat(cli.run("port", "web").out()).isEqualTo("53/udp -> [::1]:5353\n80/tcp -> 192.168.1.10:8080\n");
        assertThat(cli.run("port", "web", "80").out()).isEqualTo("192.168.1.10:8080\n");
        assertThat(cli.run("port", "web", "53/UDP").out()).isEqualTo("[::1]:5353\n");
        Result none = cli.run("port", "web", "81");
        assertThat(none.code()).isEqualTo(ExitCode.FAILED);
        assertThat(none.err()).contains("81/tcp");
        assertThat(cli.run("port", "web", "http").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void portOfTheContainerThatIsPublishedTwiceHasTwoLines() {
        String asked = "{\"container\":80,\"host\":8080,\"protocol\":\"tcp\"}";
        String published = "{\"container\":80,\"protocol\":\"tcp\",\"host\":8080}";
        String more = WEB.replace(
                        published,
                        published.replace("8080", "40000") + "," + published.replace("8080", "8081") + "," + published)
                .replace(
                        asked,
                        asked.replace("}", ",\"address\":\"127.0.0.1\"}") + "," + asked.replace("8080", "8081")
                                + ",{\"container\":80,\"host\":null,\"address\":\"::1\"}");
        scheduler.json("GET /workloads/web", more).json("GET /nodes/node-1", NODE);

        assertThat(cli.run("port", "web").out())
                .isEqualTo("80/tcp -> 127.0.0.1:8080\n80/tcp -> 192.168.1.10:8081\n80/tcp -> [::1]:40000\n");
        assertThat(cli.run("port", "web", "80").out()).isEqualTo("127.0.0.1:8080\n192.168.1.10:8081\n[::1]:40000\n");
    }

    private void threeWorkloads() {
        scheduler.json("GET /workloads", "{\"workloads\":[" + WEB + "," + JOB + "],\"continue\":\"next\"}");
        scheduler.json("GET /workloads", "{\"workloads\":[" + DONE + "]}");
    }

    @Test
    void psShowsWhatDidNotEndWellAndHidesWhatDid() {
        threeWorkloads();
        Result result = cli.run("ps");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out().replaceAll("[0-9]+d ", "AGE ")).isEqualTo("""
                        ID          NAME  STATUS                            AGE    RESTARTS  NODE    IMAGE       PORTS
                        6f2c1f0e-8  web   Running                           AGE  2         node-1  nginx:1.27  8080->80/tcp
                        6f2c1f0e-9  job   Failed (ExitedWithError, code 3)  AGE  0         -       busybox
                        """);
        assertThat(scheduler.lines())
                .containsExactly("GET /workloads?limit=500", "GET /workloads?limit=500&continue=next");
        assertThat(scheduler.asked().get(0).header("Authorization")).contains("Bearer secret-token");
    }

    @Test
    void psWithAllShowsEverything() {
        threeWorkloads();
        assertThat(cli.run("ps", "-a").out().lines()).hasSize(4);
    }

    @Test
    void psPassesItsFiltersOn() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.json("GET /nodes/node-1", NODE);
        Result result = cli.run("ps", "--node", "node-1", "--status", "running", "--name", "web", "-o", "name");
        assertThat(scheduler.lines().get(0)).contains("node=node-1", "status=Running", "name=web");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEqualTo("There is no workload that is Running with the name web on node-1.\n");
    }

    @Test
    void psOfANodeThatIsNotThereIsAMistake() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.problem("GET /nodes/nope", 404, "{\"type\":\"unknown-node\",\"detail\":\"GET /nodes lists them\"}");
        Result result = cli.run("ps", "--node", "nope");
        assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err()).isEqualTo("persys: there is no node nope\npersys nodes lists the nodes.\n");
    }

    @Test
    void versionIsOfTheSchedulerTooWhereOneAnswers() {
        scheduler.json("GET /cluster/metrics", "{\"version\":\"1.2.3\"}");
        assertThat(cli.run("version").out())
                .startsWith("persys ")
                .contains("\njava ")
                .endsWith("\nscheduler 1.2.3, at " + scheduler.address() + "\n");
        Result silent = cli.run("version", "--address", "http://127.0.0.1:" + Processes.freePort());
        assertThat(silent.code()).isEqualTo(ExitCode.OK);
        assertThat(silent.out()).startsWith("persys ").doesNotContain("scheduler");
        assertThat(silent.err()).contains("nothing answers at");
        Result nowhere =
                new CommandLineFixture().with("PERSYS_HOME", "/nonexistent").run("version");
        assertThat(nowhere.code()).isEqualTo(ExitCode.OK);
        assertThat(nowhere.err()).isEmpty();
    }

    @Test
    void psRefusesAStatusThatIsNone() {
        Result result = cli.run("ps", "--status", "Alive");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'Alive' is no value for --status: a status is wanted, one of Pending, ");
    }

    @Test
    void psSaysHowToStartTheFirst() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        Result result = cli.run("ps");
        assertThat(result.out()).startsWith("ID ").hasLineCount(1);
        assertThat(result.err()).isEqualTo("No workloads yet; persys run IMAGE starts one.\n");
    }

    @Test
    void psFitsANarrowTerminal() {
        threeWorkloads();
        Result result = cli.on(new Terminal(true, true, 60)).run("ps", "-a");
        assertThat(result.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
    }

    @Test
    void namesAreReferencesThatFitOneWorkloadOnly() {
        threeWorkloads();
        assertThat(cli.run("ps", "-a", "-o", "name").out()).isEqualTo("""
                        web
                        6f2c1f0e-9999-4a4b-9d30-0d5f6f9a1b2c
                        aaaaaaaa-9999-4a4b-9d30-0d5f6f9a1b2c
                        """);
    }

    @Test
    void psAsJsonIsTheApisOwn() {
        scheduler.json("GET /workloads", "{\"workloads\":[{\"id\":\"x\",\"new\":[1,2.50,null,true,{}]}]}");
        assertThat(cli.run("ps", "-o", "json").out()).isEqualTo("""
                        {
                          "workloads" : [
                            {
                              "id" : "x",
                              "new" : [
                                1,
                                2.50,
                                null,
                                true,
                                { }
                              ]
                            }
                          ]
                        }
                        """);
    }

    @Test
    void psAsYamlIsTheSameData() {
        scheduler.json("GET /workloads", "{\"workloads\":[{\"id\":\"x\",\"new\":[1,2.50,null,true,{}]}]}");
        assertThat(cli.run("ps", "-o", "yaml").out()).isEqualTo("""
                        workloads:
                        - id: x
                          new:
                          - 1
                          - 2.50
                          - null
                          - true
                          - {}
                        """);
    }

    @Test
    void wideShortensNothing() {
        threeWorkloads();
        assertThat(cli.on(new Terminal(true, true, 40))
                        .run("ps", "-a", "-o", "wide")
                        .out())
                .contains("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c  web", "2020-01-02T03:04:05.678Z", "256Mi");
    }

    @Test
    void inspectShowsAllButTheValuesOfTheEnvironment() {
        scheduler.json("GET /workloads/web", WEB);
        Result result = cli.run("inspect", "web");
        assertThat(result.out().replaceAll("\\([0-9]+d ago\\)", "(AGO)")).isEqualTo("""
                        Name:         web
                        Id:           6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c
                        Status:       Running
                        Since:        2020-01-02T03:04:05.678Z (AGO)
                        Wanted:       running
                        Node:         node-1
                        Image:        nginx:1.27
                        Command:      sh -c 'sleep 9'
                        Environment:  KEY (values: -o json)
                        Ports:        8080->80/tcp
                        Volumes:      /srv on /data (read-only)
                        Reserved:     0.5 cores, 256 MiB
                        Limits:       any idle core, 512 MiB
                        Restart:      always
                        Restarts:     2
                        Stop grace:   10s
                        Pull policy:  missing
                        Labels:       team=a
                        Generation:   1
                        Created:      2020-01-02T03:04:05.678Z (AGO)
                        Last output:  one
                                      two
                        """);
    }

    @Test
    void inspectAsYamlKeepsLinesOfOutputReadable() {
        scheduler.json("GET /workloads/web", WEB);
        assertThat(cli.run("inspect", "web", "-o", "yaml").out())
                .contains("logs: |\n  one\n  two\n", "image: nginx:1.27\n", "id: \"6f2c1f0e-", "KEY: hunter2\n");
    }

    @Test
    void aReferenceIsOnePartOfThePath() {
        cli.run("inspect", "a/b?c");
        assertThat(scheduler.lines()).containsExactly("GET /workloads/a/b?c");
        assertThat(scheduler.asked()).hasSize(1);
    }

    @Test
    void logsAreCopiedAsTheyAre() {
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "node"), "one\nzwölf, no line end");
        Result result = cli.run("logs", "web", "--tail", "5");
        assertThat(result.out()).isEqualTo("one\nzwölf, no line end");
        assertThat(result.err()).isEmpty();
        assertThat(scheduler.lines()).containsExactly("GET /workloads/web/logs?follow=false&tail=5");
    }

    @Test
    void logsFromBeforeThePresentRunAreAskedForAndNotFollowed() {
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "node"), "before\n");
        assertThat(cli.run("logs", "web", "-p").out()).isEqualTo("before\n");
        assertThat(scheduler.lines()).containsExactly("GET /workloads/web/logs?follow=false&previous=true");
        Result both = cli.run("logs", "web", "--previous", "-f");
        assertThat(both.code()).isEqualTo(ExitCode.USAGE);
        assertThat(both.err()).contains("--previous and --follow do not go together");
    }

    @Test
    void logsSayWhenTheyAreOnlyTheTailThatWasKept() {
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "stored-tail"), "end\n");
        assertThat(cli.run("logs", "web").err()).contains("it is the tail that was kept");
    }

    @Test
    void followedLogsGoOnByTheNodesTimesWhereAStreamWasCutHoweverFarOurClockIsFromThem() {
        for (String hour : List.of("2001-02-03T04", "2999-02-03T04")) {
            try (ScriptedScheduler node = new ScriptedScheduler()) {
                node.text(
                        "GET /workloads/web/logs", NODE_SAYS, hour + ":00:00.000000001Z one\n" + hour + ":00:00.5Z tw");
                node.text(
                        "GET /workloads/web/logs",
                        NODE_SAYS,
                        hour + ":00:00.5Z two\n" + hour + ":00:00.5Z also two\n" + hour + ":00:01Z three\n");
                node.json("GET /workloads/web", WEB);
                node.json("GET /workloads/web", WEB);
                node.json("GET /workloads/web", DONE);
                Result result = CommandLineFixture.against(node).run("logs", "web", "-f", "--tail", "1");
                assertThat(result.out()).isEqualTo("one\ntwo\nalso two\nthree\n");
                assertThat(node.lines().get(1)).isEqualTo("GET /workloads/web/logs?follow=true&tail=1&timestamps=true");
                assertThat(node.lines().get(3))
                        .isEqualTo("GET /workloads/web/logs?follow=true&timestamps=true&since="
                                + hour.replace(":", "%3A") + "%3A00%3A00.5Z");
            }
        }
    }

    @Test
    void followedLogsBeginAnewWithAContainerThatTookTheOthersPlace() {
        scheduler.text("GET /workloads/web/logs", NODE_SAYS, "2999-02-03T04:00:00Z one\n");
        Map<String, String> other = Map.of("Persys-Log-Source", "node", "Persys-Container", "bbbb");
        scheduler.text("GET /workloads/web/logs", other, "");
        scheduler.text("GET /workloads/web/logs", other, "2001-02-03T04:00:00Z two\n");
        scheduler.json("GET /workloads/web", WEB);
        scheduler.json("GET /workloads/web", WEB);
        scheduler.json("GET /workloads/web", DONE);
        Result result = cli.run("logs", "web", "-f");
        assertThat(result.out()).isEqualTo("one\ntwo\n");
        assertThat(scheduler.lines())
                .filteredOn(line -> line.contains("since="))
                .hasSize(1);
    }

    @Test
    void followedLogsOutlastAnAgentThatIsRestartedAndRepeatNothing() {
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "node"), "one\n");
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "stored-tail"), "one\n");
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "node"), "two\n");
        scheduler.json("GET /workloads/web", WEB);
        scheduler.json("GET /workloads/web", WEB);
        scheduler.json("GET /workloads/web", WEB);
        scheduler.json("GET /workloads/web", DONE);
        Result result = cli.run("logs", "web", "-f");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void followedLogsWaitForAContainer() {
        String pulling = WEB.replace("\"status\":\"Running\"", "\"status\":\"Pulling\"");
        scheduler.json("GET /workloads/web", pulling);
        scheduler.json("GET /workloads/web", DONE);
        scheduler.json("GET /workloads/6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c", WEB);
        scheduler.events();
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "node"), "one\n");
        Result result = cli.run("logs", "web", "-f");
        assertThat(result.out()).isEqualTo("one\n");
        assertThat(result.err()).contains("web: Pulling nginx:1.27");
    }

    @Test
    void whoIsAskedForNoLinesHasNotPrintedNothing() {
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "node"), "");

        Result result = cli.run("logs", "-n", "0", "web");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void whoPrintedNothingIsToldToHavePrintedNothing() {
        scheduler.text("GET /workloads/web/logs", Map.of("Persys-Log-Source", "stored-tail"), "");
        scheduler.json("GET /workloads/web", JOB);
        Result result = cli.run("logs", "web");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEqualTo("job (6f2c1f0e) has printed nothing; it is Failed: exited with code 3\n");
    }

    @Test
    void logsTakeASpanOrAMoment() {
        scheduler.text("GET /workloads/web/logs", Map.of(), "x");
        assertThat(cli.run("logs", "web", "--since", "10m").code()).isEqualTo(ExitCode.OK);
        cli.run("logs", "web", "--since", "2026-01-02T03:04:05Z");
        assertThat(scheduler.lines().get(0)).contains("since=10m");
        assertThat(scheduler.lines().get(1)).contains("since=2026-01-02T03%3A04%3A05Z");
        assertThat(cli.run("logs", "web", "--since", "yesterday").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void nodesShowWhatIsReserved() {
        scheduler.json("GET /nodes", "{\"nodes\":[" + NODE + "]}");
        scheduler.json("GET /cluster/metrics", "{}");
        assertThat(cli.run("nodes").out().replaceAll("[0-9]+d ", "AGE ")).isEqualTo("""
                        NODE    STATUS    HEARTBEAT  WORKLOADS  CPU-RESERVED  MEMORY-RESERVED      ADDRESS
                        node-1  Draining  AGE      1          0.5 of 4      256 MiB of 15.6 GiB  192.168.1.10
                        """);
        assertThat(cli.run("nodes", "-o", "name").out()).isEqualTo("node-1\n");
        assertThat(cli.run("nodes", "-o", "wide").out()).contains("20.10.24", "disk=ssd");
    }

    @Test
    void nodesThatAreNotWellSayWhy() {
        String suspect = NODE.replace(
                "\"status\":\"Draining\"",
                "\"status\":\"Suspect\",\"reason\":\"OrdersRefused\",\"message\":\"192.168.1.10:8086 answered 401\"");
        String well = NODE.replace("node-1", "node-2")
                .replace(
                        "\"status\":\"Draining\"",
                        "\"status\":\"Active\",\"reason\":\"Heartbeat\",\"message\":\"it beats, and its agent answers\"");
        scheduler.json("GET /nodes", "{\"nodes\":[" + suspect + "," + well + "]}");
        scheduler.json("GET /nodes/node-1", suspect);
        scheduler.json("GET /cluster/metrics", "{}");

        assertThat(cli.run("nodes").err())
                .isEqualTo("node-1 is Suspect, OrdersRefused: 192.168.1.10:8086 answered 401\n");
        assertThat(cli.run("nodes", "-o", "wide").out()).contains("OrdersRefused");
        assertThat(cli.run("node", "inspect", "node-1").out())
                .contains("Reason:      OrdersRefused: 192.168.1.10:8086 answered 401");
    }

    @Test
    void nodesAndClusterSayWhatKeepsChangesFromBeingTaken() {
        scheduler.json("GET /nodes", "{\"nodes\":[" + NODE + "]}");
        scheduler.json("GET /cluster/metrics", "{\"trouble\":\"The disk is full (/state).\"}");

        assertThat(cli.run("nodes").err()).isEqualTo("No changes are taken: The disk is full (/state).\n");
        assertThat(cli.run("cluster").out()).contains("Trouble:", "The disk is full (/state).");
    }

    @Test
    void nodeInspectShowsAllOfANode() {
        scheduler.json("GET /nodes/node-1", NODE);
        assertThat(cli.run("node", "inspect", "node-1").out())
                .contains(
                        "Status:      Draining",
                        "CPU:         4 cores, of which 0.5 reserved and 3.5 free",
                        "Memory:      15.6 GiB, of which 256 MiB reserved and 15.4 GiB free",
                        "Address:     192.168.1.10:8086",
                        "Docker:      20.10.24");
    }

    @Test
    void clusterShowsTotals() {
        scheduler.json("GET /cluster/metrics", """
                {"clusterId":"c-1","epoch":4,"nodes":{"Active":2,"Draining":0,"Suspect":1,"Inactive":0},
                 "workloads":{"Pending":0,"Running":3},"capacity":{"cpu":8,"memory":16384},
                 "reserved":{"cpu":0.5,"memory":384},"free":{"cpu":7.5,"memory":16000}}""");
        assertThat(cli.run("cluster").out())
                .contains(
                        "Cluster:    c-1",
                        "Epoch:      4",
                        "Nodes:      3 (2 Active, 1 Suspect)",
                        "Workloads:  3 (3 Running)",
                        "CPU:        8 cores, of which 0.5 cores reserved and 7.5 cores free",
                        "Memory:     16 GiB, of which 384 MiB reserved and 15.6 GiB free");
    }

    /** As that of somebody else, which does not keep root out. */
    @Test
    void homeThatCannotBeReadIsToldAndNotReadForAnotherAddress(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("dev"), "no directory");
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        CommandLineFixture there = new CommandLineFixture().with("PERSYS_HOME", home.toString());

        Result result = there.run("ps");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err())
                .contains("dev/endpoints.json cannot be read: Not a directory")
                .doesNotContain("Exception");
        assertThat(there.run("ps", "--address", scheduler.address()).code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void psShowsWhichTryComesNext() {
        String restarting = JOB.replace("\"Failed\"", "\"Restarting\"")
                .replace("ExitedWithError", "ContainerRestarting")
                .replace(
                        "\"restartCount\":0",
                        "\"restartCount\":2,\"retry\":{\"attempt\":3,\"nextRetryAt\":\"2020-01-02T03:04:05Z\"}");
        String limited = restarting.replace("\"attempt\":3", "\"attempt\":3,\"of\":5");
        scheduler.json("GET /workloads", "{\"workloads\":[" + restarting + "," + limited + "]}");

        assertThat(cli.run("ps").out())
                .contains(
                        "Restarting (ContainerRestarting, code 3, 3rd try now)",
                        "Restarting (ContainerRestarting, code 3, 3rd of 5 tries now)");
    }
}

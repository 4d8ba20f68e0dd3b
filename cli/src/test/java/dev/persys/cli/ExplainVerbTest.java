package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplainVerbTest {
    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void saysWhyHereAndWhyNotThere() {
        scheduler.json("GET /workloads/web/explain", """
                {"workload":{"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"web","status":"Running",
                  "nodeId":"node-1","message":"running",
                  "resources":{"cpu":0.5,"memory":256},"limits":{"cpu":2,"memory":"none"}},
                 "decision":{"at":"2020-01-02T03:04:05Z","policy":"best-fit","nodesConsidered":3,
                  "chosen":{"node":"node-1","score":990000},"runnersUp":[{"node":"node-2","score":10400}],
                  "vetoes":{"memory":1}},
                 "at":"2020-01-02T03:04:05Z","policy":"best-fit","nodes":[
                  {"node":"node-1","score":990000,"vetoes":[]},{"node":"node-2","score":10400,"vetoes":[]},
                  {"node":"node-3","vetoes":[{"filter":"memory","detail":"wants 256 MiB, 100 MiB are free"},
                   {"filter":"labels","detail":"disk=ssd is wanted"}]}]}""");
        assertThat(cli.run("explain", "web").out().replaceAll("[0-9]+d ago", "AGO"))
                .isEqualTo("""
                        web (6f2c1f0e) is Running on node-1: running
                        It reserves 0.5 cores, 256 MiB; its limits are 2 cores, no limit of memory.
                        Placed AGO on node-1 by best-fit: score 0.990, the best of 3 nodes; behind it node-2 0.010.

                        NODE    NOW            WHY
                        node-1  fits, is here  score 0.990
                        node-2  fits           score 0.010
                        node-3  does not fit   memory: wants 256 MiB, 100 MiB are free; labels: disk=ssd is wanted
                        """);
    }

    @Test
    void saysWhatWouldMakeAPendingOneFit() {
        scheduler.json("GET /workloads/big/explain", """
                {"workload":{"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"big","status":"Pending","nodeId":null,
                  "message":"none of 2 nodes fits: 2 with less than 512 MiB free"},
                 "at":"2020-01-02T03:04:05Z","policy":"best-fit","nodes":[
                  {"node":"node-1","vetoes":[{"filter":"memory","detail":"wants 8192 MiB, 100 MiB are free"},
                   {"filter":"status","detail":"Draining"}]},
                  {"node":"node-2","vetoes":[{"filter":"memory","detail":"wants 8192 MiB, 200 MiB are free"}]}]}""");
        assertThat(cli.run("explain", "big").out()).isEqualTo("""
                        big (6f2c1f0e) is Pending, on no node: none of 2 nodes fits: 2 with less than 512 MiB free

                        NODE    NOW           WHY
                        node-1  does not fit  memory: wants 8192 MiB, 100 MiB are free; status: Draining
                        node-2  does not fit  memory: wants 8192 MiB, 200 MiB are free

                        It would fit if
                          it reserved less memory, or node-2 had more free (wants 8192 MiB, 200 MiB are free)
                          it reserved less memory, or node-1 had more free (wants 8192 MiB, 100 MiB are free), and \
                        node node-1 were Active (Draining): persys node inspect node-1
                        """);
    }

    @Test
    void saysThatThereIsNoNode() {
        scheduler.json("GET /workloads/big/explain", """
                {"workload":{"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"big","status":"Pending","nodeId":null,
                  "message":"the cluster has no node yet; start an agent"},"nodes":[]}""");
        assertThat(cli.run("explain", "big").out()).contains("It would fit if\n  there were a node: persys agent");
    }
}

package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Json;
import dev.persys.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people type and write who come from docker, Nomad or kubectl: it is taken, or answered with what it is here. */
class ForeignHabitsTest {
    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private String posted(String line) throws IOException {
        scheduler.json("POST /workloads/schedule", "{\"workload_id\":\"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c\"}");
        Result result = cli.run(("run -d --name web nginx " + line).split(" "));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        return Json.MAPPER
                .readTree(scheduler.asked().get(scheduler.asked().size() - 1).body())
                .toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cpu .5                | `resources`:{`cpu`:0.5}",
                "--cpus 500m             | `resources`:{`cpu`:0.5}",
                "--cpu-limit 1500m       | `limits`:{`cpu`:1.5}",
                "--cpu 2.                | `resources`:{`cpu`:2}",
                "--publish 8080:80       | `ports`:[`8080:80`]",
                "--mount type=bind,source=/srv,target=/data,readonly | `volumes`:[`/srv:/data:ro`]",
                "--mount type=bind,src=/srv,dst=/data,ro=true        | `volumes`:[`/srv:/data:ro`]",
                "--mount source=db,destination=/data,readonly=false  | `volumes`:[`db:/data`]",
                "--mount type=tmpfs,target=/run                      | `tmpfs`:[`/run`]",
                "--mount type=tmpfs,dst=/run,tmpfs-size=64m,tmpfs-mode=1777 | `tmpfs`:[`/run:size=64m,mode=1777`]",
                "--tmpfs /tmp --mount type=tmpfs,dst=/run --mount src=db,dst=/d -v x1:/x | `volumes`:[`x1:/x`,`db:/d`]"
            })
    void optionIsTakenForWhatItSays(String line, String field) throws IOException {
        assertThat(posted(line).replace('"', '`').replace("0.500", "0.5").replace("1.500", "1.5"))
                .contains(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cpu .                                             | a number of cores is wanted",
                "--cpu 0.5m                                          | a number of cores is wanted",
                "--mount type=bind,source=/srv                       | target=DIRECTORY is missing",
                "--mount type=npipe,source=/srv,target=/x            | none of bind, volume and tmpfs",
                "--mount type=bind,target=/x                         | source=DIRECTORY is missing",
                "--mount target=/x                                   | source=NAME is missing",
                "--mount type=volume,source=/srv,target=/x           | with a directory it is type=bind",
                "--mount type=bind,source=srv,target=/x              | a directory of the node",
                "--mount type=bind,source=/a,target=x                | an absolute path in the container",
                "--mount type=bind,source=/a,target=/x,size=3        | is none of its keys: type, source, target",
                "--mount type=bind,source=/a,target=/x,tmpfs-size=3  | tmpfs-size has no meaning with type=bind",
                "--mount type=tmpfs,source=/a,target=/x              | source has no meaning with type=tmpfs",
                "--mount type=bind,source=/a,target=/x,readonly=ja   | readonly is true or false",
                "--mount type=bind,source=/a,src=/b,target=/x        | source is there twice",
                "--mount target                                      | target=... is wanted"
            })
    void valueThatMeansNothingIsRefused(String line, String message) {
        Result result = cli.run(("run nginx " + line).split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message).hasLineCount(1);
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run --net host nginx       | It is --network.",
                "run --pull always nginx    | It is --pull-policy",
                "run --stop-timeout 3 nginx | It is --stop-grace",
                "run --image nginx          | persys run IMAGE --name NAME",
                "run --gpus all nginx       | Nodes hand out no devices.",
                "run --device /dev/fuse x   | Nodes hand out no devices.",
                "run --privileged nginx     | --cap-add gives it single rights more",
                "run --pid host nginx       | --cap-add gives it single rights more",
                "run --ipc host nginx       | --cap-add gives it single rights more",
                "run --cgroup-parent x y    | --cap-add gives it single rights more",
                "run --log-driver none x    | set in the node's Docker",
                "run --link db x            | There are no links",
                "run -P nginx               | -p CONTAINER publishes one",
                "run --expose 80 nginx      | Nothing has to be exposed",
                "run --platform arm64 x     | The platform is the node's",
                "run --replicas 3 nginx     | for three, run three",
                "run --shm-size 1g nginx    | --tmpfs /dev/shm",
                "ps -f name=web             | It is --name, --status",
                "ps -A                      | There are no namespaces",
                "events --since 1h          | persys events shows all that is kept",
                "events -w                  | It is --follow.",
                "exec -d web true           | There is none: a command ends with its session",
                "exec -dit web sh           | There is none: a command ends with its session",
                "stop -t 5 web              | --stop-grace",
                "rm --grace-period=0 web    | --stop-grace"
            })
    void optionOfOthersIsAnsweredInOneSentence(String line, String sentence) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .startsWith("persys: unknown option ")
                .contains(sentence)
                .hasLineCount(3);
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodes ls            | It is persys nodes alone.",
                "nodes cordon node-1 | It is persys node cordon NODE.",
                "nodes node-1        | persys node inspect NODE shows one",
                "logs web --tail all | without --tail all lines come",
                "logs web --tail=-1  | without --tail all lines come",
                "validate web.yaml   | persys apply --dry-run -f FILE checks a file",
                "system prune -a     | It is persys gc.",
                "system df           | persys cluster shows",
                "container prune     | It is persys gc.",
                "rollout restart web | It is persys restart WORKLOAD.",
                "rollout undo web    | It is persys undo WORKLOAD",
                "rollout history web | persys specs WORKLOAD shows what one was"
            })
    void wordOfOthersIsAnsweredWithOurs(String line, String sentence) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(sentence);
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version: `3`^services: {web: {image: nginx}}^           | compose",
                "apiVersion: apps/v1^kind: Deployment^metadata: {}^    | Kubernetes",
                "{`Job`: {`ID`: `web`, `TaskGroups`: []}}                  | Nomad",
                "// a job^job `web` {^  datacenters = [`dc1`]^}^        | Nomad"
            })
    void fileOfOthersIsKnownForWhatItIs(String text, String whose) {
        String written = text.replace('^', '\n').replace('`', '"');

        Result result = cli.typing(written).run("apply", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .startsWith("persys: - looks like a " + whose)
                .contains("which persys does not read", "Write a document for each", "docs/manual/coming-from-")
                .hasLineCount(3);
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"command: [sleep, 600]", "user: 1000", "args: [true]", "envVars: {A: 1}", "labels: {a: false}"})
    void whatHasToBeTextSaysSo(String line) {
        Result result = cli.typing("name: web\ntype: docker-container\nimage: nginx\n" + line + "\n")
                .run("apply", "-f", "-");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("; put it in quotes\n").hasLineCount(2);
    }

    @Test
    void unknownFieldsAreToldWithoutAListOfAll() {
        Result result = cli.typing("name: web\ntype: docker-container\nimage: nginx\nenvironment: {}\nfoo: 1\nbar: 2\n")
                .run("apply", "-f", "-");
        assertThat(result.err().lines())
                .containsExactlyElementsOf(List.of(
                        "persys: - is no workload; nothing was applied",
                        "  /environment is an unknown field; allowed is envVars",
                        result.err().lines().toList().get(2),
                        "  /bar is an unknown field; allowed is a known field, or to leave it out",
                        "docs/manual/workload.md lists the fields of a workload, persys run --help most of them as"
                                + " options."));
        assertThat(result.err()).contains("  /foo is an unknown field; allowed is one of the ");
        assertThat(result.err().lines()).allMatch(line -> line.length() < 120);
    }

    @Test
    void undoIsSaidTheSameWayWhereverSomethingIsChanged() {
        scheduler.problem("POST /workloads/web/undo", 409, """
                {"type":"nothing-to-undo","title":"x","status":409,"detail":"none"}""");
        cli.run("undo", "--undo=never", "web");
        assertThat(scheduler.lines()).containsExactly("POST /workloads/web/undo?undo=never&stableFor=0s");
        assertThat(cli.run("run", "--undo=never", "--name", "web", "nginx").err())
                .contains("--undo wants --replace");
        assertThat(cli.run("run", "--replace", "--undo=no", "--name", "web", "nginx")
                        .err())
                .contains("auto or never is wanted");
    }
}

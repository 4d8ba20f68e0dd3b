package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.util.Optional;
import java.util.regex.Pattern;

/** Files of other programs, told by what stands at their top: whoever has one wants to know what to write instead. */
final class ForeignFiles {
    /** A job of Nomad in its own language, behind comments; and what else stands at the top of such a file. */
    private static final Pattern HCL =
            Pattern.compile("\\A(?:\\s*(?:#|//)[^\\n]*\\n)*\\s*(?:job|variable)\\s+\"[^\"\\n]*\"\\s*\\{");

    private ForeignFiles() {}

    /** Whose it is. */
    enum Kind {
        COMPOSE(
                "a compose file",
                "Write a document for each service, with name, type: docker-container and image, and --- between them:"
                        + " command, ports, volumes, labels, user and tmpfs are the same; environment is envVars, restart"
                        + " is restartPolicy, healthcheck is healthCheck, working_dir is workingDir.",
                "docs/manual/coming-from-docker.md has more."),
        KUBERNETES(
                "a Kubernetes manifest",
                "Write a document for each container, with name, type: docker-container and image: command is entrypoint"
                        + " here and args is command, env is envVars (names with values), resources.requests is resources,"
                        + " hostPort 8080 of containerPort 80 is ports: [\"8080:80\"].",
                "docs/manual/coming-from-kubernetes.md has more."),
        NOMAD(
                "a Nomad job",
                "Write a document for each task, in YAML, with name, type: docker-container and image: env is envVars,"
                        + " resources.cpu is in cores and not in MHz, a static port 8080 to 80 is ports: [\"8080:80\"].",
                "docs/manual/coming-from-nomad.md has more.");

        private final String words;
        private final String remedy;
        private final String page;

        Kind(String words, String remedy, String page) {
            this.words = words;
            this.remedy = remedy;
            this.page = page;
        }

        /** @param undone what was not done for that */
        Failure refused(String origin, String undone) {
            String what = origin + " looks like " + words + ", which persys does not read";
            return new Failure(ExitCode.USAGE, undone.isEmpty() ? what : what + "; " + undone, remedy, page);
        }
    }

    /** Whose document it is that is no workload; empty where it cannot be told. */
    static Optional<Kind> kind(JsonNode document) {
        if (document.path("services").isObject()) {
            return Optional.of(Kind.COMPOSE);
        } else if (document.has("apiVersion") && document.has("kind")) {
            return Optional.of(Kind.KUBERNETES);
        } else if (document.path("job").isObject() || document.path("Job").isObject()) {
            return Optional.of(Kind.NOMAD);
        }
        return Optional.empty();
    }

    /** Whose text it is, where it is not YAML, or is that by chance. */
    static Optional<Kind> kind(String text) {
        return HCL.matcher(text).find() ? Optional.of(Kind.NOMAD) : Optional.empty();
    }
}

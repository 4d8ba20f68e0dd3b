package dev.persys.http.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FieldError;
import dev.persys.api.KeptSecret;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadView;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Documents;
import dev.persys.secrets.SealingKeys;
import java.util.List;

/**
 * The secrets of the cluster, and by what they are sealed.
 *
 * @param documents where they are kept
 * @param keys by which this scheduler seals and opens
 */
public record SchedulerSecrets(Documents documents, SealingKeys keys) {
    static DocumentId id(String name) {
        return new DocumentId(DocumentKind.SECRET, name);
    }

    /** The workload as it is shown, with the present versions of those secrets of which its container has an older one. */
    ObjectNode shown(WorkloadView view) {
        ObjectNode json = RecordJson.toJson(view);
        view.workload()
                .versions()
                .secrets()
                .forEach((name, given) -> documents
                        .find(id(name))
                        .flatMap(KeptSecret::of)
                        .filter(secret -> secret.version() != given)
                        .ifPresent(secret -> json.withObject("outdatedSecrets").put(name, secret.version())));
        return json;
    }

    /** One error for each secret that {@code spec} names and that there is not; none while it is not known which there are. */
    List<FieldError> unknown(WorkloadSpec spec) {
        if (!documents.areKnown()) {
            return List.of();
        }
        return spec.options().secretEnv().entrySet().stream()
                .filter(entry -> documents.find(id(entry.getValue())).isEmpty())
                .map(entry -> new FieldError(
                        "/secretEnv/" + entry.getKey().replace("~", "~0").replace("/", "~1"),
                        "\"" + entry.getValue() + "\", which there is not",
                        "a secret that there is: persys secret set " + entry.getValue() + " makes it"))
                .toList();
    }
}

package dev.persys.api;

import dev.persys.model.ImageReference;
import dev.persys.model.Names;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** What the texts of requests have to be, each with the words that tell a caller so. */
final class Rules {
    /** Linux' PATH_MAX. */
    private static final int MAX_PATH_LENGTH = 4096;

    private static final int MAX_LABEL_KEY_LENGTH = 253;
    private static final int MAX_WORD_LENGTH = 256;

    private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?");
    private static final Pattern DOCKER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");
    private static final Pattern USER =
            Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63})?");
    private static final Pattern IPV4 = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]{2,39}|[0-9a-fA-F:]{2,30}:[0-9.]{7,15}");

    static final String DNS_LABEL_WORDS =
            "a DNS label: lower-case letters, digits and inner hyphens, at most 63 characters";

    static final Fields.Rule NAME =
            new Fields.Rule("the workload's name, " + DNS_LABEL_WORDS + ", such as celery-worker", Names::isDnsLabel);
    static final Fields.Rule DNS_LABEL = new Fields.Rule(DNS_LABEL_WORDS, Names::isDnsLabel);
    static final Fields.Rule NODE_ID =
            new Fields.Rule("the node's name, one or more DNS labels joined by dots, such as node-1", Names::isDnsName);
    static final Fields.Rule WORKLOAD_ID = new Fields.Rule("a UUID in lower case", WorkloadId::isCanonical);
    static final Fields.Rule CLUSTER_ID = new Fields.Rule("the cluster's id, " + DNS_LABEL_WORDS, Names::isDnsLabel);
    static final Fields.Rule IMAGE = new Fields.Rule(
            "an image reference such as nginx, python:3.9 or registry.example.com/team/app@sha256:…",
            text -> ImageReference.parse(text).isPresent());
    static final Fields.Rule ENV_NAME =
            new Fields.Rule("a name that is not empty and has no =, no blanks and nothing invisible", Rules::isEnvName);
    static final Fields.Rule LABEL_NAME = new Fields.Rule(
            "a label's name: letters, digits and inner . _ / -, at most 253 characters", Rules::isLabelKey);
    static final Fields.Rule OWN_LABEL_NAME = new Fields.Rule(
            "a label's name: no =, no blanks at its ends and nothing invisible, at most " + MAX_LABEL_KEY_LENGTH
                    + " characters; workloadId, displayName and all that starts with persys. belong to Persys",
            text -> isContainerLabel(text) && !isReserved(text));
    static final Fields.Rule NETWORK = new Fields.Rule(
            "the name of a Docker network such as bridge or host, of 2 to 128 characters",
            text -> DOCKER_NAME.matcher(text).matches());
    static final Fields.Rule USER_NAME = new Fields.Rule(
            "user, uid, user:group or uid:gid", text -> USER.matcher(text).matches());
    static final Fields.Rule ABSOLUTE_PATH = new Fields.Rule("an absolute path in the container", Rules::isAbsolute);
    static final Fields.Rule VOLUME_SOURCE = new Fields.Rule(
            "an absolute path on the node without a colon or .., or a volume's name of 2 to 128 characters",
            text -> (isMountable(text) && isStraight(text))
                    || DOCKER_NAME.matcher(text).matches());
    static final Fields.Rule VOLUME_TARGET = new Fields.Rule(
            "an absolute path in the container other than /, without a colon or ..",
            text -> isMountable(text)
                    && isStraight(text)
                    && !VolumeMount.normalized(text).equals("/"));
    static final Fields.Rule IP_ADDRESS = new Fields.Rule("an IPv4 or IPv6 address", Rules::isIpAddress);
    static final Fields.Rule WORD = new Fields.Rule(
            "text of 1 to " + MAX_WORD_LENGTH + " characters",
            text -> !text.isBlank() && text.length() <= MAX_WORD_LENGTH);

    private Rules() {}

    private static boolean isLabelKey(String text) {
        return text.length() <= MAX_LABEL_KEY_LENGTH && LABEL_KEY.matcher(text).matches();
    }

    /** What Docker takes, since what reads labels (proxies, dashboards) has a language of its own in their names. */
    private static boolean isContainerLabel(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LABEL_KEY_LENGTH
                && text.equals(text.strip())
                && text.codePoints()
                        .noneMatch(
                                c -> c == '=' || Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    private static boolean isReserved(String key) {
        return key.startsWith("persys.") || key.equals("workloadId") || key.equals("displayName");
    }

    private static boolean isAbsolute(String text) {
        return text.startsWith("/") && text.length() <= MAX_PATH_LENGTH;
    }

    /** Docker's bind syntax has no way to write a colon. */
    private static boolean isMountable(String text) {
        return isAbsolute(text) && text.indexOf(':') < 0;
    }

    /** Whether no part of the path leads back up: what is mounted where would not be what is written. */
    private static boolean isStraight(String path) {
        return !List.of(path.split("/")).contains("..");
    }

    /** What a byte-order mark or a line such as {@code export A=1} of some file leaves in a name is meant by nobody. */
    private static boolean isEnvName(String text) {
        return !text.isEmpty()
                && text.codePoints()
                        .noneMatch(c -> c == '='
                                || Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT);
    }

    private static boolean isIpAddress(String text) {
        if (IPV4.matcher(text).matches()) {
            return true;
        }
        if (!IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            // With a colon in it the text is a literal: nobody is asked.
            return !InetAddress.getByName(text).getHostAddress().isEmpty();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}

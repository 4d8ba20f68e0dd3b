package dev.persys.agent;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.agent.Allowed.Tree;
import dev.persys.agent.docker.DockerCapabilities;
import dev.persys.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads and checks {@code persys.agent.allow}. */
final class AllowedSettings {
    private static final String READ_ONLY = ":ro";

    private AllowedSettings() {}

    /** Fails with a {@code ConfigException} that names the entry and says what may stand there. */
    static Allowed of(Config allow) {
        return new Allowed(hostPaths(allow), networks(allow), privileges(allow));
    }

    private static List<Tree> hostPaths(Config allow) {
        List<Tree> trees = new ArrayList<>();
        for (String entry : allow.getStringList("host-paths")) {
            Tree tree = tree(allow, entry);
            for (Tree other : trees) {
                checkApart(allow, other, tree);
                checkApart(allow, tree, other);
            }
            trees.add(tree);
        }
        return trees;
    }

    private static Tree tree(Config allow, String entry) {
        boolean isReadOnly = entry.endsWith(READ_ONLY);
        String path = isReadOnly ? entry.substring(0, entry.length() - READ_ONLY.length()) : entry;
        if (!path.startsWith("/")
                || path.indexOf(':') >= 0
                || List.of(path.split("/")).contains("..")) {
            throw bad(
                    allow,
                    "host-paths",
                    Allowed.HOST_PATHS,
                    "\"" + entry + "\" is no absolute path without .., such as \"/srv/data\" or \"/etc/ssl:ro\"");
        }
        return new Tree(VolumeMount.normalized(path), isReadOnly);
    }

    /**
     * Below what may be written an entry says nothing: a workload that writes there could put a link in its place, and
     * what that leads to would be allowed.
     */
    private static void checkApart(Config allow, Tree outer, Tree inner) {
        boolean isBelow = inner.path().equals(outer.path())
                || inner.path().startsWith(outer.path().equals("/") ? "/" : outer.path() + "/");
        if (isBelow && !outer.readOnly()) {
            throw bad(
                    allow,
                    "host-paths",
                    Allowed.HOST_PATHS,
                    "\"" + inner + "\" is within \"" + outer
                            + "\", which may be written: a workload could put a link there in its place; leave one of the"
                            + " two out, or make the outer one \"" + outer.path() + READ_ONLY + "\"");
        }
    }

    private static Set<String> networks(Config allow) {
        Set<String> networks = new TreeSet<>();
        for (String entry : allow.getStringList("networks")) {
            if (!entry.equals(Allowed.HOST_NETWORK)) {
                throw bad(
                        allow,
                        "networks",
                        Allowed.NETWORKS,
                        "\"" + entry
                                + "\" need not or cannot be allowed: bridge, none and networks made with docker network"
                                + " create always are, and only \"host\" may be added");
            }
            networks.add(entry);
        }
        return networks;
    }

    private static Set<String> privileges(Config allow) {
        Set<String> privileges = new TreeSet<>();
        for (String entry : allow.getStringList("privileges")) {
            privileges.add(DockerCapabilities.parse(entry)
                    .orElseThrow(() -> bad(
                            allow,
                            "privileges",
                            Allowed.PRIVILEGES,
                            "\"" + entry + "\" is no capability such as \"NET_ADMIN\" (capabilities(7) lists them), nor"
                                    + " \"ALL\"")));
        }
        return privileges;
    }

    private static ConfigException bad(Config allow, String name, String path, String why) {
        return new ConfigException.BadValue(allow.getValue(name).origin(), path, why);
    }
}

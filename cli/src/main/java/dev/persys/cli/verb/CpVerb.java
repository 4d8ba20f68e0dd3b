package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.archive.TarPacker;
import dev.persys.cli.archive.TarUnpacker;
import dev.persys.cli.client.ContainerFiles;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code persys cp}: files from here into a container, or from there, by the rules of {@code docker cp}. */
final class CpVerb implements Verb {
    private static final String STREAM = "-";
    private static final int CHUNK = 32 * 1024;

    private final Syntax syntax = new Syntax("cp", "Copies files into a container, or out of it.")
            .footer(
                    "One of the two is WORKLOAD:PATH, the other a path of this machine, or - for tar. Examples:",
                    "  persys cp web:/etc/nginx/nginx.conf .",
                    "  persys cp ./site web:/usr/share/nginx/html",
                    "  persys cp web:/var/log - | tar t");
    private final Several<String> paths =
            syntax.parameters("SOURCE DESTINATION", Operand.WORKLOAD, "WORKLOAD:PATH, a path here, or -.");
    private final Connection connection = new Connection(syntax);

    /**
     * One end of a copy.
     *
     * @param workload absent is this machine
     */
    private record End(Optional<String> workload, String path) {
        /**
         * As docker has it: what begins with a slash or a dot is here.
         *
         * @throws Failure with {@link ExitCode#USAGE} for a workload without a path: its root is too much to be meant so
         */
        static End of(String text) {
            int colon = text.indexOf(':');
            if (colon <= 0 || text.startsWith("/") || text.startsWith(".")) {
                return new End(Optional.empty(), text);
            }
            String path = text.substring(colon + 1);
            if (path.isEmpty()) {
                throw new Failure(
                        ExitCode.USAGE,
                        "PATH is missing behind " + text,
                        "All that is in the container is " + text + "/, from its root on.");
            }
            return new End(Optional.of(text.substring(0, colon)), path.startsWith("/") ? path : "/" + path);
        }

        /** Whether what is in a directory is meant, and not the directory. */
        boolean isContents() {
            return path.endsWith("/.") || path.equals(".");
        }

        boolean isDirectory() {
            return isContents() || path.endsWith("/");
        }

        @Override
        public String toString() {
            return workload.map(name -> name + ":").orElse("") + path;
        }
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public Exit run(Context context) {
        if (paths.values().size() != 2) {
            throw new Failure(ExitCode.USAGE, "one SOURCE and one DESTINATION are wanted");
        }
        End from = End.of(paths.values().get(0));
        End to = End.of(paths.values().get(1));
        if (from.workload().isPresent() == to.workload().isPresent()) {
            throw new Failure(
                    ExitCode.USAGE,
                    from.workload().isPresent() ? "both are in containers" : "neither is in a container",
                    "One of the two is WORKLOAD:PATH, and the other a path of this machine, or -.");
        }
        SchedulerApi api = connection.open(context);
        try {
            if (from.workload().isPresent()) {
                out(new ContainerFiles(api, from.workload().get()), from, to, context);
            } else {
                in(new ContainerFiles(api, to.workload().orElseThrow()), from, to, context);
            }
        } catch (AccessDeniedException e) {
            throw failed(e.getFile() + " may not be read or written by you");
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw failed("there is no " + e.getMessage());
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
        return ExitCode.OK;
    }

    private void out(ContainerFiles files, End from, End to, Context context) throws IOException {
        if (to.path().equals(STREAM)) {
            files.read(from.path(), tar -> print(tar, context.out()));
            return;
        }
        TarUnpacker unpacker = new TarUnpacker(warning -> Failure.warn(warning, context.err()));
        files.read(from.path(), tar -> unpacker.unpack(tar, isDirectory -> placeHere(from, to, isDirectory)));
    }

    private static void print(InputStream tar, PrintStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int length = tar.read(chunk); length >= 0; length = tar.read(chunk)) {
            out.write(chunk, 0, length);
            if (out.checkError()) {
                throw new IOException("the output was taken no further");
            }
        }
    }

    /** Where what is at {@code from} goes on this machine. */
    private static TarUnpacker.Place placeHere(End from, End to, boolean isDirectory) throws IOException {
        Path there = Path.of(to.path());
        if (Files.isDirectory(there)) {
            Path name = Path.of(from.path()).normalize().getFileName();
            return name == null || from.isContents()
                    ? new TarUnpacker.Place(there, true)
                    : new TarUnpacker.Place(there.resolve(name.toString()), false);
        } else if (isDirectory && Files.exists(there)) {
            throw new IOException(to + " is no directory, and " + from + " is one");
        } else if (!isDirectory && to.isDirectory()) {
            throw new IOException("there is no directory " + to);
        }
        return new TarUnpacker.Place(there, true);
    }

    private void in(ContainerFiles files, End from, End to, Context context) throws IOException {
        if (from.path().equals(STREAM)) {
            requireDirectory(files, to);
            files.write(to.path(), tar -> context.in().transferTo(tar));
            return;
        }
        Path source = Path.of(from.path());
        LinkOption[] options = from.isDirectory() ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        if (!Files.exists(source, options)) {
            throw new NoSuchFileException(from.path());
        }
        boolean isDirectory = Files.isDirectory(source, options);
        if (from.isDirectory() && !isDirectory) {
            throw new IOException(from + " is no directory");
        }
        Path real = from.isDirectory()
                ? source.toRealPath()
                : source.toAbsolutePath().normalize();
        Place place = placeThere(files, from, to, isDirectory, String.valueOf(real.getFileName()));
        TarPacker packer = new TarPacker(warning -> Failure.warn(warning, context.err()));
        files.write(place.directory(), tar -> packer.pack(real, place.name(), tar));
    }

    /**
     * Where something is made in a container.
     *
     * @param directory that is there
     * @param name in it; empty text is what is in the source itself
     */
    private record Place(String directory, String name) {}

    private static Place placeThere(ContainerFiles files, End from, End to, boolean isDirectory, String name)
            throws IOException {
        String path = to.path();
        Optional<JsonNode> there = files.stat(path);
        String link = there.map(stat -> stat.path("linkTarget").asText("")).orElse("");
        if (!link.isEmpty()) {
            path = link.startsWith("/") ? link : above(path) + "/" + link;
            there = files.stat(path);
        }
        if (there.isPresent() && there.get().path("directory").asBoolean()) {
            return new Place(path, from.isContents() ? "" : name);
        } else if (there.isPresent() && isDirectory) {
            throw new IOException(to + " is no directory, and " + from + " is one");
        } else if ((there.isPresent() || !isDirectory) && to.isDirectory()) {
            throw new IOException("there is no directory " + to);
        }
        return new Place(above(path), last(path));
    }

    private static void requireDirectory(ContainerFiles files, End to) throws IOException {
        boolean isThere = files.stat(to.path().endsWith("/") ? to.path() : to.path() + "/")
                .filter(stat -> stat.path("directory").asBoolean())
                .isPresent();
        if (!isThere) {
            throw new IOException("there is no directory " + to + ": tar is unpacked in one");
        }
    }

    private static String above(String path) {
        Path parent = Path.of(path).normalize().getParent();
        return parent == null ? "/" : parent.toString();
    }

    private static String last(String path) {
        return String.valueOf(Path.of(path).normalize().getFileName());
    }

    private static Failure failed(String why) {
        return new Failure(ExitCode.FAILED, why);
    }
}

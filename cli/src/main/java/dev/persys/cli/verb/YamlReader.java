package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as trees of JSON. Anchors, aliases and merge keys stand for what they name, within bounds. What a plain word is
 * follows YAML 1.2's core schema, so that {@code no} is a word; and numbers that its versions read differently are
 * refused, as are tags, which would make of a value what it does not look like.
 */
final class YamlReader {
    /** The longest text, in characters: several hundred workloads. */
    static final int MAX_LENGTH = 3 * 1024 * 1024;

    /** The most values of a text with everything that its aliases stand for. */
    static final int MAX_VALUES = 200_000;

    private static final int MAX_DEPTH = 50;
    private static final int MAX_NUMBER_LENGTH = 400;

    /** What is neither quoted nor tagged: what it is is found out here. */
    private static final Tag PLAIN = new Tag("plain");

    private static final String MERGE = "<<";
    private static final Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern TRUTH = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,9})?");
    private static final Pattern DOUBTFUL = Pattern.compile("[-+]?(0[0-9_]+|[0-9]+_[0-9_]*)");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private int values;

    private YamlReader() {}

    /** A text that is no YAML, or more of it than is taken; the message says where, for people. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        private SyntaxException(String message) {
            super(message);
        }

        private SyntaxException(Mark at, String what) {
            super(place(at) + ": " + what);
        }
    }

    /** Leaves open what a plain word is. */
    private static final class Undecided extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
        }
    }

    /** All documents of {@code text}, an empty one as null. */
    static List<JsonNode> read(String text) throws SyntaxException {
        if (text.length() > MAX_LENGTH) {
            throw new SyntaxException("more than " + MAX_LENGTH + " characters; put the workloads into several files");
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_LENGTH);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE); // Bounded by what they stand for: MAX_VALUES.
        List<JsonNode> documents = new ArrayList<>();
        YamlReader reader = new YamlReader();
        try {
            Composer composer = new Composer(new ParserImpl(new StreamReader(text), options), new Undecided(), options);
            while (composer.checkNode()) {
                documents.add(reader.value(composer.getNode(), 0));
            }
        } catch (MarkedYAMLException e) {
            throw new SyntaxException(e.getProblemMark(), wrong(e));
        } catch (ReaderException e) {
            int line = (int) text.codePoints()
                            .limit(e.getPosition())
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
            throw new SyntaxException("line " + line + ": a character that nobody sees and YAML does not take, U+"
                    + String.format("%04X", e.getCodePoint()));
        } catch (YAMLException e) {
            throw new SyntaxException(
                    e.getMessage().contains("Depth")
                            ? "nested more than " + MAX_DEPTH + " deep"
                            : e.getMessage().lines().findFirst().orElse("not YAML"));
        }
        return documents;
    }

    private static String place(Mark at) {
        return "line " + (at.getLine() + 1) + ", column " + (at.getColumn() + 1);
    }

    /** What the parser found, and in the middle of what, where that began on another line. */
    private static String wrong(MarkedYAMLException e) {
        Mark began = e.getContextMark();
        boolean elsewhere =
                began != null && began.getLine() != e.getProblemMark().getLine();
        String context = e.getContext() == null ? "" : " (" + e.getContext().strip();
        String where = elsewhere ? ", which begins in line " + (began.getLine() + 1) : "";
        return e.getProblem().strip().replaceAll("\\s+", " ") + (context.isEmpty() ? "" : context + where + ")");
    }

    private JsonNode value(Node node, int depth) throws SyntaxException {
        if (++values > MAX_VALUES) {
            throw new SyntaxException(
                    node.getStartMark(), "more than " + MAX_VALUES + " values, with what aliases stand for");
        } else if (depth > MAX_DEPTH) {
            throw new SyntaxException(
                    node.getStartMark(), "nested more than " + MAX_DEPTH + " deep, or an alias within what it names");
        }
        if (node instanceof MappingNode mapping) {
            requireNoTag(node, Tag.MAP);
            return object(mapping, depth);
        } else if (node instanceof SequenceNode sequence) {
            requireNoTag(node, Tag.SEQ);
            ArrayNode list = NODES.arrayNode();
            for (Node entry : sequence.getValue()) {
                list.add(value(entry, depth + 1));
            }
            return list;
        }
        ScalarNode scalar = (ScalarNode) node;
        if (scalar.getTag().equals(PLAIN)) {
            return plain(scalar);
        }
        requireNoTag(node, Tag.STR);
        return NODES.textNode(scalar.getValue());
    }

    private static void requireNoTag(Node node, Tag implied) throws SyntaxException {
        if (!node.getTag().equals(implied)) {
            String tag = node.getTag().getValue().replace(Tag.PREFIX, "!!");
            throw new SyntaxException(
                    node.getStartMark(), "the tag " + tag + " is not taken: write the value as it is meant");
        }
    }

    private ObjectNode object(MappingNode mapping, int depth) throws SyntaxException {
        Map<String, Mark> seen = new LinkedHashMap<>();
        ObjectNode object = NODES.objectNode();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple entry : mapping.getValue()) {
            String name = name(entry.getKeyNode());
            Mark at = entry.getKeyNode().getStartMark();
            Optional<Mark> earlier = Optional.ofNullable(seen.putIfAbsent(name, at));
            if (earlier.isPresent()) {
                throw new SyntaxException(
                        at,
                        "the key " + name + " is there already, in line "
                                + (earlier.get().getLine() + 1));
            }
            if (isMerge(entry.getKeyNode())) {
                merged.add(entry.getValueNode());
            } else {
                object.set(name, value(entry.getValueNode(), depth + 1));
            }
        }
        for (Node node : merged) {
            merge(node, object, depth + 1);
        }
        return object;
    }

    private static String name(Node key) throws SyntaxException {
        if (key instanceof ScalarNode scalar
                && (scalar.getTag().equals(PLAIN) || scalar.getTag().equals(Tag.STR))) {
            return scalar.getValue();
        }
        throw new SyntaxException(key.getStartMark(), "a key is a word");
    }

    private static boolean isMerge(Node key) {
        return key.getTag().equals(PLAIN) && MERGE.equals(((ScalarNode) key).getValue());
    }

    /** What is written in the mapping itself stands; of several that are merged, the earlier. */
    private void merge(Node node, ObjectNode object, int depth) throws SyntaxException {
        List<Node> sources = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        for (Node source : sources) {
            if (!(source instanceof MappingNode)) {
                throw new SyntaxException(node.getStartMark(), "<< wants an alias of a mapping, or a list of such");
            }
            for (Map.Entry<String, JsonNode> field : value(source, depth).properties()) {
                if (!object.has(field.getKey())) {
                    object.set(field.getKey(), field.getValue());
                }
            }
        }
    }

    private static JsonNode plain(ScalarNode scalar) throws SyntaxException {
        String text = scalar.getValue();
        if (NOTHING.matcher(text).matches()) {
            return NODES.nullNode();
        } else if (TRUTH.matcher(text).matches()) {
            return NODES.booleanNode(Boolean.parseBoolean(text));
        } else if (text.length() > MAX_NUMBER_LENGTH) {
            return NODES.textNode(text);
        } else if (DOUBTFUL.matcher(text).matches()) {
            throw new SyntaxException(
                    scalar.getStartMark(),
                    text + " is another number to YAML than it looks like; leave out the zeros in front and the _, or"
                            + " put it in quotes");
        } else if (WHOLE.matcher(text).matches()) {
            BigInteger number = new BigInteger(text);
            return number.bitLength() < Long.SIZE ? NODES.numberNode(number.longValue()) : NODES.numberNode(number);
        }
        return DECIMAL.matcher(text).matches() ? NODES.numberNode(new BigDecimal(text)) : NODES.textNode(text);
    }
}

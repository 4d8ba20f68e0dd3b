package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Syntax;
import java.util.List;
import java.util.Map;

/** {@code persys token ls} and {@code persys user ls}: who may come in. */
final class AuthListVerb implements Verb {
    private final boolean tokens;
    private final Syntax syntax;
    private final Output output;
    private final Connection connection;

    private AuthListVerb(boolean tokens, Syntax syntax) {
        this.tokens = tokens;
        this.syntax = syntax;
        this.output = new Output(syntax);
        this.connection = new Connection(syntax);
    }

    static AuthListVerb tokens() {
        return new AuthListVerb(
                true,
                new Syntax(
                        "token ls", "Lists API tokens: who made them, how long they are good, when they were used."));
    }

    static AuthListVerb users() {
        return new AuthListVerb(false, new Syntax("user ls", "Lists the users who sign in with a password."));
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        String field = tokens ? "tokens" : "users";
        List<JsonNode> all = connection.open(context).list("/auth/" + field, field, Map.of());
        ArrayNode items = JsonText.array();
        all.forEach(items::add);
        ObjectNode data = JsonText.object();
        data.set(field, items);
        if (output.printData(data, context.out())) {
            return ExitCode.OK;
        } else if (output.format() == OutputFormat.NAME) {
            all.forEach(one ->
                    context.out().println(one.path(tokens ? "id" : "name").asText()));
            return ExitCode.OK;
        }
        boolean wide = output.format() == OutputFormat.WIDE;
        (tokens ? tokenTable(all, wide) : userTable(all, wide))
                .print(
                        context.out(),
                        wide ? Terminal.UNLIMITED : context.terminal().dataColumns());
        return ExitCode.OK;
    }

    private static Table tokenTable(List<JsonNode> all, boolean wide) {
        long now = System.currentTimeMillis();
        Table table = new Table("ID", "NAME", "ROLE", wide ? "CREATED" : "AGE", "LAST USED", "EXPIRES", "BY");
        for (JsonNode one : all) {
            String end = one.path("expiresAt").asText();
            table.row(
                    one.path("id").asText(),
                    one.path("name").asText(),
                    one.path("role").asText(),
                    when(one.path("createdAt").asText(), wide, now),
                    ago(one.path("lastUsed").asText(), wide, now),
                    one.path("expired").asBoolean() ? "expired" : end.isEmpty() ? "never" : end,
                    one.path("createdBy").asText());
        }
        return table;
    }

    private static Table userTable(List<JsonNode> all, boolean wide) {
        long now = System.currentTimeMillis();
        Table table = new Table("NAME", "ROLE", wide ? "CREATED" : "AGE", "PASSWORD", "SESSIONS");
        for (JsonNode one : all) {
            table.row(
                    one.path("name").asText(),
                    one.path("role").asText(),
                    when(one.path("createdAt").asText(), wide, now),
                    ago(one.path("passwordSince").asText(), wide, now),
                    one.path("sessions").asText());
        }
        return table;
    }

    private static String when(String moment, boolean wide, long now) {
        return wide ? moment : Times.age(moment, now);
    }

    private static String ago(String moment, boolean wide, long now) {
        return moment.isEmpty() ? "never" : wide ? moment : Times.age(moment, now) + " ago";
    }
}

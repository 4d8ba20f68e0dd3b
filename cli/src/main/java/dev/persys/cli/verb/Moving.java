package dev.persys.cli.verb;

import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Syntax;

/** The option {@code --move} of the verbs that change what runs. */
final class Moving {
    private final Flag move;

    Moving(Syntax syntax) {
        move = syntax.flag(
                "--move",
                "Let a change go to another node where its own has no room; its volumes stay where they are.");
    }

    boolean isSet() {
        return move.isSet();
    }
}

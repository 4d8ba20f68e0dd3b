package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.syntax.Syntax;

/** Something that can be typed behind {@code persys}. Made for one command line. */
public interface Verb {
    /** What it takes; parsed before {@link #run}. */
    Syntax syntax();

    /**
     * Does it.
     *
     * @throws dev.persys.cli.Failure where it ends without its result
     * @throws dev.persys.cli.client.Refusal where the scheduler refused
     */
    Exit run(Context context);
}

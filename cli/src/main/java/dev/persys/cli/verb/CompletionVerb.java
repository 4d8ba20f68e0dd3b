package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;

/** {@code persys completion}: a script with which a shell completes command lines. */
final class CompletionVerb implements Verb {
    private final Syntax syntax = new Syntax("completion", "Prints a completion script for bash, zsh or fish.")
            .footer(
                    "For bash, in ~/.bashrc:   source <(persys completion bash)",
                    "For zsh, in ~/.zshrc:     source <(persys completion zsh)",
                    "For fish:                 persys completion fish > ~/.config/fish/completions/persys.fish");
    private final Single<String> shell = syntax.parameter("bash|zsh|fish", Operand.OTHER, "The shell.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        context.out()
                .print(
                        switch (shell.required()) {
                            case "bash" -> CompletionScript.bash();
                            case "zsh" -> CompletionScript.zsh();
                            case "fish" -> CompletionScript.fish();
                            default ->
                                throw new Failure(
                                        ExitCode.USAGE,
                                        "there is no completion for " + shell.required(),
                                        "persys completion bash, persys completion zsh, or persys completion fish");
                        });
        return ExitCode.OK;
    }
}

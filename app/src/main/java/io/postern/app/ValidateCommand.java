package io.postern.app;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.source.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code postern validate FILE…}: one line per file or finding; status 1 when one is broken. */
@Command(
        name = "validate",
        description = "Checks configurations without starting anything.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Envoy configurations.")
    List<Path> files = List.of();

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    /** How findings are printed. */
    enum Format {
        TEXT,
        JSON
    }

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        boolean broken = false;
        for (Path file : files) {
            LoadResult result = new ConfigFile(System.getenv()).load(file);
            broken |= result instanceof LoadResult.Broken;
            String name = file.toString();
            var lines =
                    switch (format) {
                        case TEXT -> Report.text(name, result);
                        case JSON -> Report.json(name, result);
                    };
            lines.forEach(out::println);
        }
        return broken ? 1 : 0;
    }
}

package io.postern.app;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.OutputFormat;
import io.postern.app.cli.UsageException;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.source.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** {@code postern validate FILE…}: one line per file or finding; status 1 when one is broken. */
final class ValidateCommand implements Command {
    @Override
    public String name() {
        return "validate";
    }

    @Override
    public String summary() {
        return "Checks configurations without starting anything.";
    }

    @Override
    public String operands() {
        return "FILE…";
    }

    @Override
    public List<Flag> flags() {
        return List.of(OutputFormat.FLAG);
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err) {
        OutputFormat format = OutputFormat.of(arguments);
        if (arguments.operands().isEmpty()) {
            throw new UsageException("validate: which FILE?");
        }
        boolean broken = false;
        for (String name : arguments.operands()) {
            LoadResult result = new ConfigFile(System.getenv()).load(Path.of(name));
            broken |= result instanceof LoadResult.Broken;
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

package io.postern.app.differential;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The differential test without JUnit: {@code app/differential --help} tells the options. */
final class DifferentialMain {
    private static final String HELP =
            """
            Sends the cases through a real Envoy and through Postern and prints every difference.
              --case PATTERN    only cases whose name contains PATTERN (* stands for anything)
              --config NAME     only cases of that configuration
              --subject envoy   Envoy against Envoy: checks the harness and the cases themselves
              --subject FILE    the launcher to compare (default: bin/postern)
              --verbose         print everything that was seen, not only the differences
              --list            print the names of the cases
            The report is in app/target/differential/report.txt, the configurations and logs of both
            proxies beside it.
            """;

    private DifferentialMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        @Nullable String pattern = null;
        @Nullable String config = null;
        @Nullable String subject = null;
        boolean verbose = false;
        boolean list = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--case" -> pattern = arguments[++i];
                case "--config" -> config = arguments[++i];
                case "--subject" -> subject = arguments[++i];
                case "--verbose" -> verbose = true;
                case "--list" -> list = true;
                default -> {
                    System.out.print(HELP);
                    return;
                }
            }
        }
        DifferentialRun run = new DifferentialRun();
        List<Case> cases = run.select(pattern, config);
        if (list) {
            cases.forEach(each -> System.out.println(each.name()));
            return;
        }
        DifferentialRun.Outcome outcome = run.run(cases, subject, verbose);
        System.out.println();
        System.out.println(outcome.report().all(outcome.results()));
        outcome.stale()
                .forEach(entry -> System.out.println("accepted but no longer needed: " + entry));
        System.out.println(outcome.report().summary(outcome.results()));
        boolean agrees = outcome.results().stream().allMatch(CaseResult::agrees);
        System.exit(agrees && outcome.stale().isEmpty() ? 0 : 1);
    }
}

package io.postern.config.source;

import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says what is wrong with text that is not YAML, and what it usually comes from. */
final class YamlSyntax {
    private YamlSyntax() {}

    static Diagnostic explain(String file, int linesBefore, MarkedYAMLException e) {
        var mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
        var place =
                mark == null
                        ? Place.of(file)
                        : new Place(file, linesBefore + mark.getLine() + 1, mark.getColumn() + 1);
        var problem = String.valueOf(e.getProblem());
        var context = e.getContext() == null ? "" : " (" + e.getContext().strip() + ")";
        return new Diagnostic(
                Severity.ERROR, place, "", "not YAML: " + problem + context, cure(problem));
    }

    private static String cure(String problem) {
        if (problem.contains("\\t") || problem.contains("'\t'")) {
            return "indent with spaces: YAML allows no tabs";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "check the indent, or quote a value that has a colon and a blank in it";
        }
        if (problem.contains("block end") || problem.contains("could not find expected ':'")) {
            return "check the indent of this line and of the one before";
        }
        if (problem.contains("cannot start any token")) {
            return "quote the value: it starts with a character that YAML reserves";
        }
        if (problem.contains("undefined alias")) {
            return "put the anchor (&name) on an earlier value";
        }
        return "";
    }
}

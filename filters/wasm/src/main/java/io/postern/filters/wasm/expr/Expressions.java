package io.postern.filters.wasm.expr;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Set;

/**
 * Compiles expressions. Making one takes a second of CPU, so it is done off the loops, where a
 * module mentions expressions. Thread-safe.
 */
public final class Expressions {
    private static final int MOST_CHARACTERS = 16 * 1024;
    private static final int MOST_ITERATIONS = 100_000;

    /** Names that the language itself has a meaning for. */
    private static final Set<String> TYPES =
            Set.of(
                    "bool",
                    "bytes",
                    "double",
                    "dyn",
                    "google",
                    "int",
                    "list",
                    "map",
                    "null_type",
                    "string",
                    "type",
                    "uint");

    private final CelOptions options =
            CelOptions.current()
                    .maxExpressionCodePointSize(MOST_CHARACTERS)
                    .comprehensionMaxIterations(MOST_ITERATIONS)
                    .build();
    private final CelParser parser =
            CelParserFactory.standardCelParserBuilder()
                    .setOptions(options)
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .build();
    private final CelRuntime runtime =
            CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(options).build();

    /** An expression, or why there is none. */
    public sealed interface Compiled {
        /** It can be evaluated. */
        record Ready(Expression expression) implements Compiled {}

        /** It is malformed. */
        record Malformed(String reason) implements Compiled {}
    }

    /**
     * Compiles one. Names are attributes of any type: what they are is known when they are read.
     */
    public Compiled compile(String text) {
        try {
            return new Compiled.Ready(checked(parser.parse(text).getAst()));
        } catch (CelValidationException e) {
            return new Compiled.Malformed(String.valueOf(e.getMessage()));
        }
    }

    // Types that do not fit are found when it is evaluated, as in Envoy, which does not look
    // before.
    private Expression checked(CelAbstractSyntaxTree parsed) {
        try {
            CelCompilerBuilder compiler =
                    CelCompilerFactory.standardCelCompilerBuilder()
                            .setOptions(options)
                            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
            CelNavigableAst.fromAst(parsed)
                    .getRoot()
                    .allNodes()
                    .filter(node -> node.getKind() == Kind.IDENT)
                    .map(node -> node.expr().ident().name())
                    .distinct()
                    .filter(name -> !TYPES.contains(name))
                    .forEach(name -> compiler.addVar(name, SimpleType.DYN));
            var checked = compiler.build().check(parsed).getAst();
            return new Expression(runtime.createProgram(checked));
        } catch (CelValidationException | CelEvaluationException e) {
            return new Expression(String.valueOf(e.getMessage()));
        }
    }
}

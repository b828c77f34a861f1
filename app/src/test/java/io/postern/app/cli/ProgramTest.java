package io.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTest {
    private static final Flag FILE = Flag.valued("FILE", "Which file.", "-c", "--config-path");
    private static final Flag COUNT = Flag.valued("N", "How many.", "--count");
    private static final Flag FAST = Flag.toggle("Without rest.", "--fast");

    private final List<Arguments> received = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Takes what it is given, and needs COUNT to be a number. */
    private final class Take implements Command {
        @Override
        public String name() {
            return "take";
        }

        @Override
        public String summary() {
            return "Takes it.";
        }

        @Override
        public String operands() {
            return "WHAT…";
        }

        @Override
        public List<Flag> flags() {
            return List.of(FILE, COUNT, FAST);
        }

        @Override
        public int run(Arguments arguments, PrintWriter out, PrintWriter err) {
            arguments.number(COUNT, 1, 7);
            received.add(arguments);
            return 0;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "take -c a.yaml, a.yaml",
        "take --config-path a.yaml, a.yaml",
        "take --config-path=a=b.yaml, a=b.yaml",
        "take -c a.yaml -c b.yaml, b.yaml",
    })
    void readsAValueInEveryForm(String line, String value) throws InterruptedException {
        // When
        int status = run(line);

        // Then
        assertThat(status).isZero();
        assertThat(received).singleElement().extracting(a -> a.get(FILE)).isEqualTo(value);
    }

    @Test
    void takesWhatFollowsTwoDashesAsOperands() throws InterruptedException {
        // When
        run("take one --fast -- --fast -");

        // Then
        assertThat(received.getFirst().has(FAST)).isTrue();
        assertThat(received.getFirst().operands()).containsExactly("one", "--fast", "-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "take --slow|unknown option --slow",
                "take -c|-c, --config-path: expected FILE after it",
                "take -c --fast|-c, --config-path: expected FILE after it",
                "take --fast=yes|unknown option --fast=yes",
                "take --count x|--count: 'x' (expected: a number from 1)",
                "take --count 0|--count: '0' (expected: a number from 1)",
                "give|unknown command 'give'",
            })
    void endsWithTwoAndSaysWhatItDoesNotUnderstand(String line, String message)
            throws InterruptedException {
        // When
        int status = run(line);

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(received).isEmpty();
    }

    @Test
    void printsTheOptionsOfACommand() throws InterruptedException {
        // When
        int status = run("take --help");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString())
                .contains("postern take [OPTION…] WHAT…", "-c, --config-path <FILE>", "--fast");
        assertThat(received).isEmpty();
    }

    @Test
    void printsTheCommandsAndTheVersion() throws InterruptedException {
        // When
        run("--help");
        run("--version");

        // Then
        assertThat(out.toString()).contains("take       Takes it.", "1.2.3");
    }

    private int run(String line) throws InterruptedException {
        var program = new Program("postern", "A test.", () -> "1.2.3", List.of(new Take()));
        return program.run(
                List.of(line.split(" ")), new PrintWriter(out, true), new PrintWriter(err, true));
    }
}

package io.postern.app.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads the case files; their form is told in {@code differential/README.md}. */
final class CaseFiles {
    private final Path directory;

    CaseFiles(Path directory) {
        this.directory = directory;
    }

    List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (Path file : yamlFiles(directory.resolve("cases"))) {
            CaseNode root = load(file);
            List<String> configs = root.texts("config");
            String prefix = file.getFileName().toString().replace(".yaml", "") + "/";
            for (String config : configs) {
                String suffix = configs.size() > 1 ? " [" + config + "]" : "";
                for (CaseNode node : root.nodes("cases")) {
                    cases.addAll(expand(prefix, suffix, config, node));
                }
            }
            root.done();
        }
        Set<String> names = new HashSet<>();
        for (Case each : cases) {
            if (!names.add(each.name())) {
                throw new IllegalArgumentException("two cases are named " + each.name());
            }
        }
        return cases;
    }

    List<AcceptedDifference> accepted() throws IOException {
        List<AcceptedDifference> accepted = new ArrayList<>();
        CaseNode root = load(directory.resolve("accepted.yaml"));
        for (CaseNode node : root.nodes("accepted")) {
            accepted.add(
                    new AcceptedDifference(
                            node.required("case"),
                            node.required("field"),
                            node.required("reason")));
            node.done();
        }
        root.done();
        return accepted;
    }

    private static List<Path> yamlFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    private static CaseNode load(Path file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        DumperOptions dumper = new DumperOptions();
        Yaml yaml =
                new Yaml(
                        new SafeConstructor(options),
                        new Representer(dumper),
                        dumper,
                        options,
                        new TextOnly());
        try {
            return new CaseNode(file.getFileName().toString(), yaml.load(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Case> expand(String prefix, String suffix, String config, CaseNode node) {
        String name = prefix + node.required("name") + suffix;
        List<Reply> replies = node.nodes("reply").stream().map(CaseFiles::reply).toList();
        List<String> overlooked = node.texts("overlook");
        List<Case> cases = new ArrayList<>();
        if (node.has("raw")) {
            List<Bytes> raw = node.texts("raw").stream().map(Bytes::latin1).toList();
            Request request = RequestBuilder.raw(raw, node);
            cases.add(new Case(name, config, request, orDefault(replies), overlooked));
        } else {
            List<String> protocols = node.has("over") ? node.texts("over") : List.of("http1");
            RequestBuilder builder = new RequestBuilder(node);
            for (String protocol : protocols) {
                String label = protocols.size() > 1 ? name + " (" + protocol + ")" : name;
                cases.add(
                        new Case(
                                label,
                                config,
                                builder.build(protocol),
                                orDefault(replies),
                                overlooked));
            }
        }
        node.done();
        return cases;
    }

    private static List<Reply> orDefault(List<Reply> replies) {
        return replies.isEmpty() ? List.of(Reply.OK) : replies;
    }

    private static Reply reply(CaseNode node) {
        List<Header> headers = node.has("headers") ? node.headers("headers") : Reply.OK.headers();
        int bodySize = node.number("body_size", -1);
        List<Header> trailers = node.headers("trailers");
        Reply reply =
                new Reply(
                        node.texts("interim").stream().map(Integer::valueOf).toList(),
                        node.number("status", 200),
                        headers,
                        bodySize >= 0
                                ? Bytes.pattern(bodySize)
                                : Bytes.latin1(node.text("body", "ok")),
                        node.flag("chunked") || !trailers.isEmpty(),
                        trailers,
                        Duration.ofMillis(node.number("delay_ms", 0)),
                        Bytes.latin1(node.text("raw", "")),
                        Reply.Fault.valueOf(node.text("fault", "none").toUpperCase(Locale.ROOT)),
                        node.texts("frames"));
        node.done();
        return reply;
    }

    /** No number, boolean or date is recognised: what a case says is what is sent. */
    private static final class TextOnly extends Resolver {
        @Override
        protected void addImplicitResolvers() {}
    }
}

package io.postern.app.differential;

import java.util.List;

/**
 * One request of the differential test.
 *
 * @param name unique: {@code file/name} or {@code file/name (http2)} when expanded by protocol
 * @param config the template under {@code differential/configs}
 * @param replies the n-th request that reaches an upstream gets the n-th reply, the last one
 *     repeats
 */
record Case(
        String name, String config, Request request, List<Reply> replies, List<String> overlooked) {
    Case {
        replies = List.copyOf(replies);
        overlooked = List.copyOf(overlooked);
    }

    /** The case file that it is in, without its extension. */
    String file() {
        return name.substring(0, name.indexOf('/'));
    }

    boolean overlooks(Difference difference) {
        return overlooked.stream()
                .anyMatch(glob ->
                        AcceptedDifference.glob(glob).matcher(difference.field()).matches());
    }

    Reply reply(int index) {
        return replies.get(Math.min(index, replies.size() - 1));
    }
}

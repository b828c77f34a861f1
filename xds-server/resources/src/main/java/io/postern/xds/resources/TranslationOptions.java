package io.postern.xds.resources;

import org.jspecify.annotations.Nullable;

/**
 * What a translation is told beside documents.
 *
 * @param content where Posterns fetch plugins by their digest; null: they get them inline, as
 *     Envoys always do
 */
public record TranslationOptions(@Nullable ContentServer content) {
    /** Everything inline. */
    public static final TranslationOptions INLINE = new TranslationOptions(null);

    /**
     * A server of plugins.
     *
     * @param url that a digest is put behind: {@code http://127.0.0.1:18000/content/sha256/}
     * @param cluster through which it is asked; nodes get it with their other resources
     */
    public record ContentServer(String url, String cluster) {}
}

package io.postern.filters.wasm.engine.translate;

/**
 * How a module is translated.
 *
 * @param fuel count instructions, which costs speed
 * @param mostMethodBytes larger methods are split
 */
public record TranslatorOptions(boolean fuel, int mostMethodBytes) {
    /**
     * Methods are kept well below what makes HotSpot's compiler give up. The JVM's own bound is 64
     * KiB.
     */
    public static final TranslatorOptions DEFAULT = new TranslatorOptions(false, 20_000);

    /** With fuel. */
    public static final TranslatorOptions COUNTING = new TranslatorOptions(true, 20_000);
}

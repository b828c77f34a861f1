package io.postern.sdk;

/**
 * What a filter has used and suffered on one worker; numbers only grow. Confined to that worker's
 * event loop.
 */
public interface FilterUsage {
    /** Of a filter that counts nothing. */
    FilterUsage NONE =
            new FilterUsage() {
                @Override
                public long failures() {
                    return 0;
                }

                @Override
                public long fuel() {
                    return 0;
                }
            };

    /** How often it broke down, or was not there when a stream wanted it. */
    long failures();

    /** Instructions; 0 where they are not counted. */
    long fuel();
}

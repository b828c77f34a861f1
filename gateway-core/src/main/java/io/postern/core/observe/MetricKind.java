package io.postern.core.observe;

/** What a metric is. */
enum MetricKind {
    COUNTER,
    GAUGE,
    HISTOGRAM;

    Metric make(Cells cells, int writers) {
        return switch (this) {
            case COUNTER, GAUGE -> new Metric.Scalar(this, cells, cells.reserve());
            case HISTOGRAM -> new Metric.Distribution(writers);
        };
    }
}

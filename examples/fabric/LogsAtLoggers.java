import dev.tocsin.fabric.cluster.LogReceiver;
import dev.tocsin.fabric.cluster.LogRow;
import dev.tocsin.fabric.cluster.LogSender;
import dev.tocsin.fabric.data.Value;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A worker writes a log; the logger keeps it and says so. With several loggers each gets batches in turn. */
public class LogsAtLoggers {
    public static void main(String[] args) throws Exception {
        try (SmallCluster cluster = new SmallCluster()) {
            SmallCluster.Node logger = cluster.node("logger-1");
            SmallCluster.Node worker = cluster.node("worker-1");
            LogReceiver.Sink sink = batch -> {
                for (LogRow row : batch.rows()) {
                    System.out.println(row.stream() + " " + row.value());
                }
                // Only when it is durable; until then the worker keeps it.
                return CompletableFuture.completedFuture(null);
            };
            try (LogReceiver receiver = new LogReceiver(logger.fabric.hub, logger.cluster, sink);
                    LogSender log = new LogSender(worker.fabric.hub, worker.cluster, LogSender.Settings.DEFAULT)) {
                worker.fabric.awaitWanted(worker.cluster.topics().node("logger-1"));
                log.write("testlog", Value.vector(Value.of("first"), Value.count(1)));
                log.write("testlog", Value.vector(Value.of("second"), Value.count(2)));
                System.out.println("kept: " + log.flush(Duration.ofMinutes(1)));
            }
        }
    }
}

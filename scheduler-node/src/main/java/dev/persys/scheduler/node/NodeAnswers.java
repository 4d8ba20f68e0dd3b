package dev.persys.scheduler.node;

import dev.persys.api.RegisterResponse;
import dev.persys.model.Node;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.record.TurnedAway;
import dev.persys.store.Leadership;
import java.time.Duration;

/** What a node's writer answers. */
final class NodeAnswers {
    private NodeAnswers() {}

    /** To an agent whose registration is durable. */
    static Reply<RegisterResponse> registered(Node node, Leadership leadership, Duration heartbeatInterval) {
        return new Reply.Ok<>(new RegisterResponse(
                node.id(), node.status(), leadership.clusterId(), leadership.epoch(), heartbeatInterval));
    }

    /** To whoever waits for one to {@code command}, which is not handled. */
    static void turnAway(NodeActor.Command command, TurnedAway why) {
        if (command instanceof NodeActor.Register register) {
            register.replyTo().tell(why.reply());
        } else if (command instanceof NodeActor.Beat beat) {
            beat.replyTo().tell(why.reply());
        } else if (command instanceof NodeActor.Request request) {
            request.replyTo().tell(why.reply());
        }
    }
}

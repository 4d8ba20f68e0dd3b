package dev.persys.scheduler.documents;

import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import java.util.List;
import java.util.Optional;

/** A change of documents on its way into the store. */
record DocumentsWrite(List<DocumentChange> documents, Optional<Asker<List<Document>, List<Document>>> asker)
        implements RecordWriter.Write {
    @Override
    public List<Change> changes(List<Entry> beside) {
        return DocumentTable.stored(documents);
    }
}

package dev.persys.api;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Why a file cannot be read or written, in words: the platform's messages are often only the file's name, and what tells
 * one trouble from another is the name of a class.
 */
public final class FileProblem {
    private FileProblem() {}

    /** Where it is clear which file is meant. */
    public static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        } else if (e instanceof AccessDeniedException) {
            return "permission denied";
        } else if (e instanceof CharacterCodingException) {
            return "it is not text in UTF-8";
        } else if (e instanceof FileAlreadyExistsException) {
            return "there is something of that name already";
        } else if (e instanceof NotDirectoryException) {
            return "it is no directory";
        } else if (e instanceof FileSystemException problem && problem.getFile() != null) {
            return problem.getReason() == null ? "the system refuses it" : problem.getReason();
        }
        return e.getMessage() == null ? "it cannot be read or written" : e.getMessage();
    }

    /** Of one among several: with the file's name, where the platform says which it was. */
    public static String named(IOException e) {
        return e instanceof FileSystemException problem && problem.getFile() != null
                ? problem.getFile() + ": " + of(e)
                : of(e);
    }
}

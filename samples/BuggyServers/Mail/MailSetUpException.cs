namespace BuggyServers.Mail;

/// <summary>A mail server or a mail reader could not be used at all.</summary>
public sealed class MailSetUpException(string message, Exception? inner = null) : Exception(message, inner);

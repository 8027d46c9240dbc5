using System.Text;

namespace SelfHeal.Testing.Snapshots;

/// <summary>A text under review, in Verify's conventions: <c>NAME.verified.EXTENSION</c> is committed,
/// <c>NAME.received.EXTENSION</c> is what the last run gave. UTF-8 with byte-order mark, LF, no final newline.</summary>
public static class Snapshot
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Compares. Equal: a left-over received file is removed. Otherwise the received file is written; it never
    /// becomes the verified one by itself.</summary>
    /// <param name="directory">Where the files are.</param>
    /// <param name="name">Class.Method.</param>
    /// <param name="text">What was received.</param>
    /// <param name="extension">Without the dot.</param>
    /// <param name="cancellationToken">Stops reading and writing.</param>
    /// <exception cref="SnapshotException">New or not equal.</exception>
    public static async Task VerifyAsync(
        string directory, string name, string text, string extension = "ep", CancellationToken cancellationToken = default)
    {
        string received = Path.Combine(directory, $"{name}.received.{extension}");
        string verified = Path.Combine(directory, $"{name}.verified.{extension}");
        string now = Normal(text);
        bool isNew = !File.Exists(verified);
        string before = isNew ? "" : Normal(await File.ReadAllTextAsync(verified, cancellationToken));
        if (!isNew && before == now)
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, now, Encoding, cancellationToken);
        throw new SnapshotException(Message(directory, received, verified, isNew, before, now));
    }

    private static string Normal(string text) => text.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n');

    private static string Message(string directory, string received, string verified, bool isNew, string before, string now)
    {
        string kind = isNew ? "New" : "NotEqual";
        var text = new StringBuilder();
        text.Append($"Directory: {directory}\n{kind}:\n  - Received: {Path.GetFileName(received)}\n    Verified: {Path.GetFileName(verified)}\n")
            .Append($"\nFileContent:\n\n{kind}:\n\nReceived: {Path.GetFileName(received)}\n{now}\n");
        if (!isNew)
        {
            text.Append($"Verified: {Path.GetFileName(verified)}\n{before}\n");
        }

        return text.Append($"\nIf it is right: mv {received} {verified}").ToString();
    }
}

using System.Text;

namespace SelfHeal.Reports;

/// <summary>Writes a report so that a reader sees the old one or the whole new one.</summary>
public static class ReportFile
{
    /// <summary>UTF-8 without a byte-order mark; directories are made.</summary>
    /// <exception cref="SelfHealException">It cannot be written.</exception>
    public static void Save(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string fresh = $"{full}.{Environment.ProcessId}.new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(fresh, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(fresh, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(fresh);
            throw new SelfHealException($"The report {full} cannot be written: {error.Message}", error);
        }
    }
}

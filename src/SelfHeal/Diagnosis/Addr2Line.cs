using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SelfHeal.Diagnosis;

/// <summary>Asks binutils' addr2line (ELF symbols and DWARF, through libbfd): one process per module, all addresses
/// at once.</summary>
internal static class Addr2Line
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Locations per address, innermost inlined function first. Empty lists where nothing is known, and for
    /// all of them where addr2line is not installed.</summary>
    public static IReadOnlyDictionary<ulong, IReadOnlyList<SourceLocation>> Look(
        string module, IReadOnlyCollection<ulong> addresses)
    {
        var found = new Dictionary<ulong, IReadOnlyList<SourceLocation>>();
        if (addresses.Count == 0 || !File.Exists(module))
        {
            return found;
        }

        var start = new ProcessStartInfo("addr2line", ["-a", "-f", "-C", "-i", "-e", module])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            try
            {
                foreach (ulong address in addresses)
                {
                    process.StandardInput.WriteLine("0x" + address.ToString("x", CultureInfo.InvariantCulture));
                }

                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // it gave up on the file; what it printed counts
            }

            if (!output.Wait(Limit))
            {
                process.Kill();
                return found;
            }

            process.WaitForExit();
            Parse(output.Result, found);
        }
        catch (Win32Exception)
        {
            // no binutils: module offsets stay
        }

        return found;
    }

    /// <summary>Output with -a: "0xADDRESS", then pairs of lines: function, FILE:LINE.</summary>
    internal static void Parse(string output, Dictionary<ulong, IReadOnlyList<SourceLocation>> found)
    {
        string[] lines = output.Split('\n');
        List<SourceLocation>? current = null;
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(
                lines[i].AsSpan(2).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address))
            {
                found[address] = current = [];
            }
            else if (current is not null && i + 1 < lines.Length && lines[i].Length > 0)
            {
                SourceLocation? location = Location(lines[i].Trim(), lines[++i].Trim());
                if (location is not null)
                {
                    current.Add(location);
                }
            }
        }
    }

    private static SourceLocation? Location(string function, string place)
    {
        int discriminator = place.IndexOf(" (", StringComparison.Ordinal);
        place = discriminator > 0 ? place[..discriminator] : place;
        int colon = place.LastIndexOf(':');
        string? file = colon > 0 && !place.StartsWith("??", StringComparison.Ordinal) ? place[..colon] : null;
        int line = file is not null && int.TryParse(place.AsSpan(colon + 1), out int number) ? number : 0;
        string? name = function is "??" or "" ? null : function;
        return name is null && file is null ? null : new SourceLocation(name, file, line);
    }
}

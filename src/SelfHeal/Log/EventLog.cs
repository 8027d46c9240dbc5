using System.Globalization;

namespace SelfHeal.Log;

/// <summary>Streaming reader of RUN/events. A log that ends early (killed process) is legal: what was committed
/// before is there.</summary>
public sealed class EventLog
{
    /// <param name="eventsDirectory">RUN/events.</param>
    public EventLog(string eventsDirectory) => Directory = eventsDirectory;

    public string Directory { get; }

    /// <summary>Decodes one event after the other.</summary>
    /// <exception cref="DamagedLogException">Thrown while enumerating, after the readable events.</exception>
    public IEnumerable<LoggedEvent> Read()
    {
        var decoder = new EventDecoder();
        List<string> files = Segments();
        for (int index = 0; index < files.Count; index++)
        {
            bool last = index == files.Count - 1;
            byte[]? segment = SegmentReader.Read(files[index], index, last, decoder.Next);
            if (segment is null)
            {
                continue;
            }

            decoder.StartSegment();
            int at = AbiLayout.SegmentSize;
            while (at < segment.Length)
            {
                yield return decoder.Decode(segment, ref at, files[index], index);
            }
        }
    }

    internal static string SegmentPath(string directory, int index) =>
        Path.Combine(directory, index.ToString("D6", CultureInfo.InvariantCulture) + ".seg");

    private List<string> Segments()
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            throw new DamagedRunException($"There is no event log {Directory}.");
        }

        int count = System.IO.Directory.GetFiles(Directory, "*.seg").Length;
        var files = new List<string>(count);
        for (int i = 0; i < count; i++)
        {
            string path = SegmentPath(Directory, i);
            if (!File.Exists(path))
            {
                throw new DamagedLogException(path, 0, "the segment is missing although later ones exist");
            }

            files.Add(path);
        }

        return files;
    }
}

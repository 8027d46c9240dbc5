using System.Buffers.Binary;
using SelfHeal.Log;

namespace SelfHeal.Schedules;

/// <summary>Who is switched out where, and for whom: what <see cref="Policy.Script"/> follows. Cannot be changed; each
/// edit gives another one.</summary>
public sealed class Schedule : IEquatable<Schedule>
{
    /// <param name="entries">In any order; of those for one place the first stays the first.</param>
    /// <exception cref="SelfHealException">A number is below its least.</exception>
    public Schedule(IEnumerable<ScheduleEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Entries = [.. entries.OrderBy(entry => entry.Thread).ThenBy(entry => entry.Place)];
        if (Entries.FirstOrDefault(entry => entry.Thread < 0 || entry.Next < 0 || entry.Place < 1) is { } bad)
        {
            throw new SelfHealException($"A schedule cannot hold {bad}: threads count from 0, places from 1.");
        }
    }

    public static Schedule Empty { get; } = new([]);

    /// <summary>Sorted by thread, then place.</summary>
    public IReadOnlyList<ScheduleEntry> Entries { get; }

    /// <summary>The schedule that a run had. Switches that lie between places (by the watchdog, at an allocation) are left
    /// out, and so is what came after an exec.</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public static Schedule FromLog(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return FromIntervals(Intervals.Of(log.Read()));
    }

    /// <summary>The same from intervals.</summary>
    public static Schedule FromIntervals(IEnumerable<Interval> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        return new Schedule(intervals.TakeWhile(interval => interval.End != IntervalEnd.Exec)
            .Where(interval => interval is
                { Next: not null, PlacesAtEnd: > 0, End: not (IntervalEnd.Watchdog or IntervalEnd.Allocation) })
            .SelectMany(Entries));

        // an entry that names the thread itself lets it pass the place, so that it gives up in the call behind it
        static IEnumerable<ScheduleEntry> Entries(Interval interval)
        {
            long place = interval.PlacesAtEnd!.Value;
            if (interval.End == IntervalEnd.Waits)
            {
                yield return new ScheduleEntry(interval.Thread, place, interval.Thread);
            }

            yield return new ScheduleEntry(interval.Thread, place, interval.Next!.Value);
        }
    }

    /// <summary>Reads a schedule.bin.</summary>
    /// <exception cref="DamagedRunException">Missing, cut off, or with numbers that make no sense.</exception>
    public static Schedule Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DamagedRunException($"The schedule {path} cannot be read: {error.Message}", error);
        }

        if (bytes.Length % AbiLayout.ScheduleEntrySize != 0)
        {
            throw new DamagedRunException($"The schedule {path} is cut off: write it again.");
        }

        var entries = new ScheduleEntry[bytes.Length / AbiLayout.ScheduleEntrySize];
        for (int i = 0; i < entries.Length; i++)
        {
            ReadOnlySpan<byte> entry = bytes.AsSpan(i * AbiLayout.ScheduleEntrySize, AbiLayout.ScheduleEntrySize);
            entries[i] = new ScheduleEntry(
                Little.I32(entry, AbiLayout.ScheduleEntryThread), Little.I64(entry, AbiLayout.ScheduleEntryPlace),
                Little.I32(entry, AbiLayout.ScheduleEntryNext));
        }

        try
        {
            return new Schedule(entries);
        }
        catch (SelfHealException error) when (error is not DamagedRunException)
        {
            throw new DamagedRunException($"The schedule {path} is damaged: {error.Message}", error);
        }
    }

    /// <summary>Writes a schedule.bin.</summary>
    /// <exception cref="SelfHealException">It cannot be written.</exception>
    public void Write(string path)
    {
        byte[] bytes = new byte[Entries.Count * AbiLayout.ScheduleEntrySize];
        for (int i = 0; i < Entries.Count; i++)
        {
            Span<byte> entry = bytes.AsSpan(i * AbiLayout.ScheduleEntrySize, AbiLayout.ScheduleEntrySize);
            BinaryPrimitives.WriteInt32LittleEndian(entry[AbiLayout.ScheduleEntryThread..], Entries[i].Thread);
            BinaryPrimitives.WriteInt32LittleEndian(entry[AbiLayout.ScheduleEntryNext..], Entries[i].Next);
            BinaryPrimitives.WriteInt64LittleEndian(entry[AbiLayout.ScheduleEntryPlace..], Entries[i].Place);
        }

        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The schedule {path} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Without this entry: the thread is not switched out there.</summary>
    /// <exception cref="ArgumentException">It is not in the schedule.</exception>
    public Schedule Remove(ScheduleEntry entry) => new(Without(entry));

    /// <summary>With this entry at another place of its thread.</summary>
    /// <exception cref="ArgumentException">It is not in the schedule.</exception>
    public Schedule Move(ScheduleEntry entry, long place)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new Schedule([.. Without(entry), entry with { Place = place }]);
    }

    /// <summary>With one entry more.</summary>
    public Schedule Add(ScheduleEntry entry) => new([.. Entries, entry]);

    public bool Equals(Schedule? other) => other is not null && Entries.SequenceEqual(other.Entries);

    public override bool Equals(object? obj) => Equals(obj as Schedule);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (ScheduleEntry entry in Entries)
        {
            hash.Add(entry);
        }

        return hash.ToHashCode();
    }

    public override string ToString() =>
        string.Join(' ', Entries.Select(entry => $"{entry.Thread}@{entry.Place}>{entry.Next}"));

    private List<ScheduleEntry> Without(ScheduleEntry entry)
    {
        List<ScheduleEntry> rest = [.. Entries];
        return rest.Remove(entry) ? rest : throw new ArgumentException($"{entry} is not in the schedule", nameof(entry));
    }
}

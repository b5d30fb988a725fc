{#- The steps by which a source column becomes a column of the contract, each the SQL of one column of
    the statement that typed_input writes: `text` (cleaned), `meant` (without words for nothing),
    `read` (typed), `value` (accepted); then what may be found in it (`findings`, [condition, text]
    pairs) and why a row is refused for it where the column is required (`refusals`). With a source
    `expression` the steps do not name each other: `value` is one expression of it. -#}
{% macro parsed_value(name, column, source_type, expression=none) %}
    {%- set source = covey.type_class(source_type) -%}
    {%- set wanted = covey.type_class(column.data_type) -%}
    {%- set is_cleaned = source == 'text' and not column.config.meta.get('free_text', false) -%}
    {%- set is_identifier = name.endswith('_id') or name in [
        'email', 'phone', 'loyalty_number', 'identifier', 'id_a', 'id_b'
    ] -%}
    {%- set steps = {'text': none, 'meant': none, 'read': none, 'findings': [], 'refusals': []} -%}
    {%- set raw = expression or name ~ '__source' -%}
    {%- set text = raw -%}
    {%- if is_cleaned -%}
        {%- do steps.update({'text': covey.clean_text(raw)}) -%}
        {%- set text = steps.text if expression else name ~ '__text' -%}
        {%- do steps.findings.append([raw ~ ' <> ' ~ text, name ~ ':cleaned']) -%}
    {%- endif -%}
    {%- set meant = text -%}
    {%- if is_cleaned and (wanted != 'text' or is_identifier) -%}
        {%- do steps.update({'meant': covey.without_null_words(text)}) -%}
        {%- set meant = steps.meant if expression else name ~ '__meant' -%}
        {%- do steps.findings.append(
            [text ~ ' is not null and ' ~ meant ~ ' is null', name ~ ':null word']
        ) -%}
    {%- endif -%}

    {%- if name == 'email' -%}
        {%- do steps.update({'read': covey.standard_email(meant)}) -%}
    {%- elif wanted == 'number' -%}
        {%- do steps.update({'read': covey.parse_number(meant, source)}) -%}
    {%- elif wanted == 'boolean' -%}
        {%- do steps.update({'read': covey.parse_boolean(meant, source)}) -%}
    {%- elif wanted != 'text' -%}
        {%- do steps.update({'read': covey.parse_timestamp(meant, source, wanted == 'timestamp')}) -%}
    {%- elif source == 'number' -%}
        {%- do steps.update({'read': covey.text_of_number(raw)}) -%}
    {%- elif not is_cleaned -%}
        {%- do steps.update(
            {'read': "nullif(cast(" ~ raw ~ " as " ~ dbt.type_string() ~ "), '')"}
        ) -%}
    {%- endif -%}
    {%- set read = meant -%}
    {%- if steps.read -%}
        {%- set read = steps.read if expression else name ~ '__read' -%}
    {%- endif -%}

    {#- A value that is there and cannot be read, or only in a format that no plain cast knows. -#}
    {%- set may_not_parse = wanted != 'text' and source != wanted and not (
        source in ['date', 'timestamp', 'instant'] and wanted in ['date', 'timestamp']
    ) -%}
    {%- set unread = meant ~ ' is not null and ' ~ read ~ ' is null' -%}
    {%- if name == 'email' -%}
        {%- do steps.findings.append([unread, name ~ ':not an e-mail address']) -%}
    {%- elif may_not_parse -%}
        {%- do steps.findings.append([unread, name ~ ':does not parse']) -%}
        {%- do steps.refusals.append([unread, name ~ ' does not parse']) -%}
        {%- if wanted != 'boolean' -%}
            {%- set is_plain = 'false' -%}
            {%- if source == 'text' and wanted == 'number' -%}
                {%- set is_plain = covey.try_cast(meant, covey.type_double()) ~ ' is not null' -%}
            {%- elif source == 'text' -%}
                {%- set is_plain = covey.is_iso_timestamp(meant) -%}
            {%- endif -%}
            {%- do steps.findings.append([
                read ~ ' is not null and not ' ~ is_plain,
                name ~ ':' ~ ('number' if wanted == 'number' else 'date') ~ ' format'
            ]) -%}
        {%- endif -%}
    {%- endif -%}

    {%- set value = read -%}
    {%- if wanted == 'number' -%}
        {#- A bound that keeps exact sums from overflowing; NaN and the infinities lie beyond it. -#}
        {%- set is_whole = ' and ' ~ read ~ ' = floor(' ~ read ~ ')' -%}
        {%- set is_accepted = 'abs(' ~ read ~ ') < 1e15'
            ~ (is_whole if column.data_type == 'bigint' else '') -%}
        {%- set value = 'case when ' ~ is_accepted ~ ' then ' ~ dbt.cast(read, column.data_type)
            ~ ' end' -%}
        {%- set is_kept_out = read ~ ' is not null and not (' ~ is_accepted ~ ')' -%}
        {%- set why = 'not a whole number' if column.data_type == 'bigint' else 'out of range' -%}
        {%- do steps.findings.append([is_kept_out, name ~ ':' ~ why]) -%}
        {%- do steps.refusals.extend([
            [is_kept_out ~ ' and not ' ~ covey.is_finite(read), name ~ ' is not a finite number'],
            [is_kept_out, name ~ ' is ' ~ why],
        ]) -%}
        {%- if column.config.meta.get('unsigned', false) -%}
            {%- do steps.findings.append([read ~ ' < 0', name ~ ':sign']) -%}
            {%- set value = 'abs(' ~ value ~ ')' -%}
        {%- endif -%}
    {%- elif wanted in ['date', 'timestamp'] -%}
        {%- set earliest = column.config.meta.get('earliest', var('covey_earliest_date')) -%}
        {%- set latest = var('covey_latest_date') -%}
        {%- set is_early = read ~ " < cast('" ~ earliest ~ "' as timestamp)" -%}
        {%- set is_late = read ~ " >= cast('" ~ latest ~ "' as timestamp)" -%}
        {%- set value = 'case when not (' ~ is_early ~ ' or ' ~ is_late ~ ') then '
            ~ dbt.cast(read, column.data_type) ~ ' end' -%}
        {%- do steps.findings.append([is_early ~ ' or ' ~ is_late, name ~ ':implausible date']) -%}
        {%- do steps.refusals.extend([
            [is_early, name ~ ' is before ' ~ earliest], [is_late, name ~ ' is after ' ~ latest],
        ]) -%}
    {%- endif -%}
    {%- do steps.refusals.append([value ~ ' is null', name ~ ' is missing']) -%}
    {%- do steps.update({'value': value}) -%}
    {{ return(steps) }}
{% endmacro %}

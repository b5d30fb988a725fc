{#- The tables that a preset is made for, as if they were sources named after it: each with every column
    that the preset reads. Variants of a table (another loader, another version) are left out. -#}
{% macro doctor_preset_tables(preset) %}
    {%- set source_name = preset.get('source_system') or preset.title | lower | replace(' ',
        '_') -%}
    {%- set wanted = {} -%}
    {%- for entry in preset.tables if not entry.get('variant') -%}
        {%- set columns = wanted.setdefault(entry.names[0], []) -%}
        {%- do columns.extend(entry.signature) -%}
        {%- for choices in entry.columns.values() -%}
            {%- set first = choices if choices is string else choices[0] -%}
            {%- do columns.extend((covey.expression_columns(first)
                or []) | reject('in', entry.get('adds', []))) -%}
        {%- endfor -%}
        {%- for name, signature in entry.get('joins', {}).items() -%}
            {%- do wanted.setdefault(name, []).extend(signature) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set tables = [] -%}
    {%- for name, columns in wanted.items() -%}
        {%- set call = "source('" ~ source_name ~ "', '" ~ name ~ "')" -%}
        {%- set names = {} -%}
        {%- set types = {} -%}
        {%- for column in columns -%}
            {%- do names.update({column: column}) -%}
            {%- do types.update({column: 'varchar'}) -%}
        {%- endfor -%}
        {%- do tables.append({
            'name': name, 'text': call, 'label': call, 'paste': '"{{ ' ~ call ~ ' }}"',
            'jinja': '{{ ' ~ call ~ ' }}', 'columns': names, 'types': types
        }) -%}
    {%- endfor -%}
    {{ return(tables) }}
{% endmacro %}

{#- An operation: records that a destination has taken an export in, so that the next run compares with
    it. `covey confirm-export` is its face. -#}
{% macro covey_confirm_export(export_id) %}
    {%- set manifests = adapter.get_relation(
        database=ref('export_manifests').database,
        schema=ref('export_manifests').schema,
        identifier=ref('export_manifests').identifier
    ) -%}
    {%- if not manifests -%}
        {{ exceptions.raise_compiler_error('There are no exports yet: run `dbt build` first.') }}
    {%- endif -%}
    {%- set found = {} -%}
    {%- set last = {} -%}
    {%- for row in run_query(
        'select export_id, destination_id, export_number, is_present from ' ~ manifests
        ~ ' order by destination_id, export_number'
    ) -%}
        {%- do found.update({row[0]: {'destination_id': row[1], 'number': row[2] | int}}) -%}
        {%- do last.update({row[1]: row[2] | int}) -%}
    {%- endfor -%}
    {%- if export_id not in found -%}
        {{ exceptions.raise_compiler_error(
            'There is no export ' ~ export_id ~ '. Did you mean "'
            ~ covey.closest_name(export_id, found.keys() | list) ~ '"?'
        ) }}
    {%- endif -%}
    {%- set export = found[export_id] -%}
    {%- if last[export.destination_id] - export.number >= var('covey_unconfirmed_exports') | int -%}
        {{ exceptions.raise_compiler_error(
            export_id ~ ' is too old: what it held is not known any more, as '
            ~ (last[export.destination_id] - export.number) ~ ' exports of its destination came'
            ~ ' after it (covey_unconfirmed_exports is ' ~ var('covey_unconfirmed_exports') ~ ').'
        ) }}
    {%- endif -%}
    {%- set later = [] -%}
    {%- for row in run_query(
        'select export_id, export_number from ' ~ ref('export_confirmations')
        ~ " where destination_id = '" ~ export.destination_id ~ "'"
    ) if row[1] | int >= export.number -%}
        {%- do later.append(row[0]) -%}
    {%- endfor -%}
    {%- if export_id in later -%}
        {{ print(export_id ~ ' was confirmed already.') }}
    {%- elif later -%}
        {{ exceptions.raise_compiler_error(
            export_id ~ ' cannot be confirmed: the later ' ~ later | sort | join(', ') ~ ' is.'
        ) }}
    {%- else -%}
        {%- call statement('confirm', auto_begin=true) -%}
            insert into {{ ref('export_confirmations') }}
                (destination_id, export_id, export_number, confirmed_at)
            values (
                '{{ export.destination_id }}',
                '{{ export_id }}',
                {{ export.number }},
                cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }})
            )
        {%- endcall -%}
        {%- do adapter.commit() -%}
        {{ print(export_id ~ ' is confirmed: the next run compares with it.') }}
    {%- endif -%}
{% endmacro %}

{#- Report: the mapping that is proposed, as YAML. -#}
{% macro doctor_section_proposal(proposals, contract, tables, unread, unmapped) %}
    {%- set lines = covey.doctor_heading('Proposed mapping') -%}
    {%- if not unmapped and not proposals -%}
        {%- do lines.append('  Every input is mapped.') -%}
    {%- elif proposals -%}
        {%- do lines.extend(covey.doctor_wrap(
            'For the vars of your dbt_project.yml. Look at each line: it was made from names and values, '
            ~ 'and what is behind a # is a guess that you may take.', '  '
        )) -%}
        {%- do lines.append('') -%}
        {%- do lines.extend(covey.doctor_yaml(proposals, contract)) -%}
    {%- else -%}
        {%- do lines.extend(covey.doctor_wrap(
            'None: ' ~ (
                'of the ' ~ tables
                    | length ~ ' tables that were looked at none fits an input that is not mapped.'
                if tables
                    else 'no table to look at. Declare your tables as sources, or name their schemas: '
                ~ "`covey doctor --schema raw` or --args '{schemas: [raw]}'."
            ), '  '
        )) -%}
    {%- endif -%}
    {%- if unread -%}
        {%- do lines.append('') -%}
    {%- endif -%}
    {%- for sentence in unread -%}
        {%- do lines.extend(covey.doctor_wrap(sentence, '  note   ')) -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}
